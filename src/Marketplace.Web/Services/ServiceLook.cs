using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Services;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Services;

/// <summary>How pages of services write what they show.</summary>
public static class ServiceLook
{
    /// <summary>Which kind of chip a state is (design: live, plan, ok, warn, bad, off).</summary>
    public static string Chip(ServiceState state) => state switch
    {
        ServiceState.Draft => "off",
        ServiceState.InReview => "plan",
        ServiceState.Listed => "ok",
        ServiceState.Withdrawn => "off",
        ServiceState.Delisted => "bad",
    };

    public static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    /// <summary>The minute in Beijing.</summary>
    public static string Minute(DateTimeOffset moment) => moment.ToOffset(Instant.Beijing).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>One amount or a range, exact; empty where there is none.</summary>
    public static string Amount(ServiceContent c) => (c.PriceFromFen, c.PriceToFen) switch
    {
        ({ } from, { } to) when from != to => $"{Fen.Yuan(from)}–{Fen.Yuan(to)}",
        ({ } from, _) => Fen.Yuan(from),
        _ => "",
    };

    /// <summary>The levels that it serves.</summary>
    public static string Trl(IStringLocalizer texts, ServiceContent c) => (c.TrlFrom, c.TrlTo) switch
    {
        (null, null) => texts["Trl.Any"],
        ({ } from, null) => $"TRL ≥ {from}",
        (null, { } to) => $"TRL ≤ {to}",
        ({ } from, { } to) when from == to => $"TRL {from}",
        ({ } from, { } to) => $"TRL {from}–{to}",
    };

    public static string Join(IEnumerable<string?> parts) => string.Join(Show.Chinese ? "，" : ", ", parts.Where(p => !string.IsNullOrEmpty(p)));

    /// <summary>A word of a vocabulary in the reader's language when the field has one, else the text as it is.</summary>
    public static string Word(IStringLocalizer texts, string field, string line)
    {
        if (field == "region") return Show.RegionName(line);
        var kind = field switch { "kind" => "Kind.", "fields" => "Field.", "pricing" => "Pricing.", _ => null };
        if (kind is null) return line;
        var word = texts[kind + line];
        return word.ResourceNotFound ? line : word.Value;
    }

    /// <summary>What changed, for the page that shows it.</summary>
    public static ShownChanges Changes(IStringLocalizer texts, IReadOnlyList<FieldChange> changes) => new(texts, Word, changes);
}
