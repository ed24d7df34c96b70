namespace Marketplace.StandIns.Engine;

/// <summary>What goes wrong next: what was switched on by hand first, then what the plan draws.</summary>
internal sealed class FaultSwitches(LocalStripeOptions options)
{
    private readonly Lock _gate = new();
    private readonly List<(Fault Fault, string About)> _switched = [];
    private Draw _draw = new(options.Seed ^ 0xFA17);

    public FaultPlan Plan { get; set; } = options.Faults;

    public void Switch(Fault fault, string about, int times)
    {
        lock (_gate) for (var i = 0; i < times; i++) _switched.Add((fault, about));
    }

    public Fault Next(Call call)
    {
        lock (_gate)
        {
            var found = _switched.Count == 0 ? -1 : _switched.FindIndex(s => $"{call.Method} {call.Path}".Contains(s.About, StringComparison.Ordinal));
            if (found < 0) return Plan.Of(_draw.Share());
            var fault = _switched[found].Fault;
            _switched.RemoveAt(found);
            return fault;
        }
    }

    public void Reset(ulong seed)
    {
        lock (_gate)
        {
            _switched.Clear();
            _draw = new Draw(seed ^ 0xFA17);
        }
    }
}
