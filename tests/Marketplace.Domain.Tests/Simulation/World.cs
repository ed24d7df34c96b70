namespace Marketplace.Domain.Tests.Simulation;

/// <summary>Time that only moves when something happens, and dice that fall the same way for the same seed.</summary>
internal sealed class World(int seed)
{
    private readonly PriorityQueue<Action, (long At, long Number)> _due = new();
    private readonly Random _dice = new(seed);
    private long _number;
    private long _slept;

    /// <summary>Microseconds since <see cref="Begin"/>.</summary>
    public long Now { get; private set; }

    public static DateTimeOffset Begin { get; } = new(2026, 11, 20, 4, 0, 0, TimeSpan.Zero);

    /// <summary>Microseconds that everybody's clocks say since <see cref="Begin"/>.</summary>
    public long Elapsed => Now + _slept;

    public DateTimeOffset Clock => Begin.AddMicroseconds(Elapsed);

    /// <summary>So much time goes by in which nothing happens.</summary>
    public void Sleep(TimeSpan time) => _slept += (long)time.TotalMicroseconds;

    public void After(long microseconds, Action what) => _due.Enqueue(what, (Now + Math.Max(0, microseconds), _number++));

    /// <summary>Runs what is due until nothing is left or the condition holds.</summary>
    public void Run(Func<bool> until)
    {
        while (!until() && _due.TryDequeue(out var what, out var due))
        {
            Now = due.At;
            what();
        }
    }

    public int Below(int limit) => _dice.Next(limit);

    public long Between(long least, long most) => _dice.NextInt64(least, most + 1);

    public bool OneIn(int chances) => _dice.Next(chances) == 0;

    public T Pick<T>(params ReadOnlySpan<T> values) => values[_dice.Next(values.Length)];

    /// <summary>Mostly short, sometimes long: how people and networks wait.</summary>
    public long Wait(long mean) => (long)(-Math.Log(1 - _dice.NextDouble()) * mean);
}
