using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Demands;

/// <summary>Gathers every fault of what was written, not only the first.</summary>
internal sealed class FaultList
{
    private readonly ImmutableArray<Fault>.Builder _faults = ImmutableArray.CreateBuilder<Fault>();

    public ImmutableArray<Fault> Found => _faults.ToImmutable();

    public void Add(string field, Refusal why, string? detail = null) => _faults.Add(new Fault(field, why, detail));

    public void Need(string field, string? text, int most)
    {
        var said = Text.Require(text, most, field);
        if (!said.Done) Add(field, said.Refusal.Value, said.Refusal == Refusal.TooLong ? most.ToString(CultureInfo.InvariantCulture) : null);
    }

    public void Allow(string field, string? text, int most)
    {
        if (!string.IsNullOrWhiteSpace(text)) Need(field, text, most);
        // Blank is kept as it is, but not when a database could not hold it.
        else if (text is not null && (!Text.IsStorable(text) || text.Length > most)) Add(field, Refusal.TooLong);
    }

    public void Many(string field, int count, int most)
    {
        if (count > most) Add(field, Refusal.TooManyItems, most.ToString(CultureInfo.InvariantCulture));
    }
}
