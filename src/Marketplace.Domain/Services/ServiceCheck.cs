using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Services;

/// <summary>Checks a version of a service and names every fault, not only the first.</summary>
public static class ServiceCheck
{
    public const int MostTitle = 200;
    public const int MostText = 4000;
    public const int MostKeywords = 20;
    public const int MostShort = 100;
    public const int MostNote = 500;
    public const int MostItems = 30;
    public const int MostDays = 3650;

    /// <summary>What no version may have, not even a draft.</summary>
    public static ImmutableArray<Fault> Shape(ServiceContent c)
    {
        var faults = ImmutableArray.CreateBuilder<Fault>();
        Need(faults, "title", c.Title, MostTitle);
        Allow(faults, "description", c.Description, MostText);
        Allow(faults, "deliverables", c.Deliverables, MostText);
        Many(faults, "keywords", c.Keywords.Length, MostKeywords);
        foreach (var keyword in c.Keywords) Need(faults, "keywords", keyword, MostShort);
        if (c.TrlFrom is < 1 or > 9) faults.Add(new Fault("trlFrom", Refusal.TrlOutOfRange));
        if (c.TrlTo is < 1 or > 9) faults.Add(new Fault("trlTo", Refusal.TrlOutOfRange));
        if (c.TrlFrom > c.TrlTo) faults.Add(new Fault("trlTo", Refusal.TrlUpsideDown));
        if (c.PriceFromFen is { } from && !Fen.IsAmount(from)) faults.Add(new Fault("priceFrom", Refusal.AmountOutOfRange));
        if (c.PriceToFen is { } to && !Fen.IsAmount(to)) faults.Add(new Fault("priceTo", Refusal.AmountOutOfRange));
        if (c.PriceFromFen > c.PriceToFen) faults.Add(new Fault("priceTo", Refusal.PriceUpsideDown));
        // An amount beside "by quotation" would be read as the price.
        if (c.Pricing != Pricing.Amount && (c.PriceFromFen ?? c.PriceToFen) is not null) faults.Add(new Fault("priceFrom", Refusal.PriceNotMeant));
        Allow(faults, "priceNote", c.PriceNote, MostNote);
        if (c.Days is < 1 or > MostDays) faults.Add(new Fault("days", Refusal.DaysOutOfRange, MostDays.ToString(CultureInfo.InvariantCulture)));
        if (c.Region is { } region && !Region.Read(region).Done) faults.Add(new Fault("region", Refusal.RegionUnknown));
        Many(faults, "qualifications", c.Qualifications.Length, MostItems);
        for (var i = 0; i < c.Qualifications.Length; i++)
        {
            var q = c.Qualifications[i];
            Need(faults, $"qualifications[{i}].name", q.Name, MostShort);
            Need(faults, $"qualifications[{i}].number", q.Number, MostShort);
            Allow(faults, $"qualifications[{i}].issuer", q.Issuer, MostShort);
            if (q.Until is { Year: < 1949 or > 2200 }) faults.Add(new Fault($"qualifications[{i}].until", Refusal.DateImpossible));
            if (c.Qualifications.Take(i).Any(other => (other.Name, other.Number) == (q.Name, q.Number))) faults.Add(new Fault($"qualifications[{i}].number", Refusal.QualificationTwice));
        }

        return faults.DrainToImmutable();
    }

    /// <summary>What a version needs before its provider may ask for review, beyond its shape: the gates that the form shows.</summary>
    public static ImmutableArray<Fault> Ready(ServiceContent c, DateOnly today) =>
        [.. Shape(c), .. ServiceGates.Of(c, today).Where(g => g.Missing is not null).Select(g => new Fault(g.Field, g.Missing!.Value))];

    private static void Need(ImmutableArray<Fault>.Builder faults, string field, string? text, int most)
    {
        var said = Text.Require(text, most, field);
        if (!said.Done) faults.Add(new Fault(field, said.Refusal.Value, said.Refusal == Refusal.TooLong ? most.ToString(CultureInfo.InvariantCulture) : null));
    }

    private static void Allow(ImmutableArray<Fault>.Builder faults, string field, string? text, int most)
    {
        if (!string.IsNullOrWhiteSpace(text)) Need(faults, field, text, most);
        // Blank is kept as it is, but not when a database could not hold it.
        else if (text is not null && (!Text.IsStorable(text) || text.Length > most)) faults.Add(new Fault(field, Refusal.TooLong));
    }

    private static void Many(ImmutableArray<Fault>.Builder faults, string field, int count, int most)
    {
        if (count > most) faults.Add(new Fault(field, Refusal.TooManyItems, most.ToString(CultureInfo.InvariantCulture)));
    }
}

/// <summary>One thing that is checked before review, as the form shows it.</summary>
/// <param name="Missing">Why it does not pass; null when it does.</param>
public readonly record struct ServiceGate(string Name, string Field, Refusal? Missing);

/// <summary>上架前核验: what a service must answer before it may be reviewed.</summary>
public static class ServiceGates
{
    public static ImmutableArray<ServiceGate> Of(ServiceContent c, DateOnly today) =>
    [
        new("kind", "kind", Unless(c.Kind is not null, Refusal.Required)),
        new("title", "title", Unless(!string.IsNullOrWhiteSpace(c.Title), Refusal.Required)),
        new("description", "description", Unless(!string.IsNullOrWhiteSpace(c.Description), Refusal.Required)),
        new("deliverables", "deliverables", Unless(!string.IsNullOrWhiteSpace(c.Deliverables), Refusal.Required)),
        new("pricing", "pricing", Unless(c.Pricing is not null, Refusal.Required)),
        new("price", "priceFrom", Unless(c.Pricing != Pricing.Amount || c.PriceFromFen is not null, Refusal.Required)),
        new("priceNote", "priceNote", Unless(c.Pricing != Pricing.InWords || !string.IsNullOrWhiteSpace(c.PriceNote), Refusal.Required)),
        // One that runs out later is shown as expired; nobody begins with one that is.
        new("qualifications", "qualifications", Unless(c.Qualifications.All(q => !q.ExpiredOn(today)), Refusal.QualificationExpired)),
    ];

    private static Refusal? Unless(bool passes, Refusal why) => passes ? null : why;
}
