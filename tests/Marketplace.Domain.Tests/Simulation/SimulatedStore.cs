using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>The log of one auction as the database keeps it: two unique indexes, nothing else.</summary>
/// <param name="fenced">False plants the fault that nobody looks at the indexes.</param>
internal sealed class SimulatedStore(World world, bool fenced)
{
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    public List<FactLine> Lines { get; } = [];

    /// <summary>The true time at which each line was stored, which nobody in the market knows.</summary>
    public List<DateTimeOffset> StoredAt { get; } = [];

    /// <summary>Written every second of the closing window; survives crashes.</summary>
    public DateTimeOffset? ServedUntil { get; private set; }

    /// <summary>Every moment that was ever witnessed.</summary>
    public HashSet<DateTimeOffset> Witnessed { get; } = [];

    public void Serve(DateTimeOffset until)
    {
        Witnessed.Add(until);
        if (ServedUntil is null || ServedUntil < until) ServedUntil = until;
    }

    /// <summary>All lines or none; none when somebody else wrote in between.</summary>
    public bool Append(IReadOnlyList<FactLine> lines)
    {
        if (fenced && (lines[0].Version != Lines.Count + 1 || lines.Any(line => _keys.Contains(line.Fact.CommandKey)))) return false;
        foreach (var line in lines)
        {
            Lines.Add(line);
            StoredAt.Add(world.Clock);
            _keys.Add(line.Fact.CommandKey);
        }

        return true;
    }
}
