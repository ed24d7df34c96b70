using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;
using Marketplace.Domain.Organisations;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Demands;

/// <summary>How pages of demands write what they show.</summary>
public static class DemandLook
{
    public static string Chip(DemandState state) => state switch
    {
        DemandState.Draft => "off",
        DemandState.InReview => "plan",
        DemandState.Published => "ok",
        DemandState.Selecting => "plan",
        DemandState.ResultNotice => "plan",
        DemandState.Chosen => "ok",
        DemandState.InWork => "ok",
        DemandState.Accepted => "off",
        DemandState.Failed => "bad",
        DemandState.Unmet => "off",
        DemandState.Withdrawn => "off",
    };

    public static string Chip(ResponseState state) => state switch
    {
        ResponseState.Standing => "plan",
        ResponseState.Withdrawn => "off",
        ResponseState.Chosen => "ok",
        ResponseState.NotChosen => "off",
        ResponseState.Stopped => "off",
        ResponseState.Best => "ok",
    };

    public static string Chip(Finding finding) => finding switch { Finding.Good => "ok", Finding.Partly => "warn", Finding.Missing => "bad" };

    public static string Chip(Grade grade) => grade switch { Grade.A => "ok", Grade.B => "warn", Grade.C => "bad" };

    /// <summary>The state as this kind calls it: 论证 of a 榜 is 比选 of a 难题.</summary>
    public static string State(IStringLocalizer texts, DemandKind kind, DemandState state)
    {
        var own = texts[$"State.{kind}.{state}"];
        return own.ResourceNotFound ? texts["State." + state] : own;
    }

    /// <summary>Who it is, or where the name is closed what kind of organisation in which city: from facts, never from a text that somebody wrote.</summary>
    public static string Owner(IStringLocalizer texts, string? name, OrganisationKind kind, string? city) =>
        name ?? (city is null ? texts["Owner.Somewhere", texts["OwnerKind." + kind].Value] : texts["Owner.In", Show.RegionName(city), texts["OwnerKind." + kind].Value]);

    /// <summary>The minute in Beijing.</summary>
    public static string Minute(DateTimeOffset moment) => moment.ToOffset(Instant.Beijing).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The last minute of a moment that is the first too late one, as notices write it: the end of a day is 24:00.</summary>
    public static string Until(DateTimeOffset? moment)
    {
        if (moment is not { } end) return "";
        var at = end.ToOffset(Instant.Beijing);
        return at.TimeOfDay == TimeSpan.Zero ? at.AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + " 24:00" : Minute(end);
    }

    public static string Left(IStringLocalizer texts, DateTimeOffset? end, DateTimeOffset now) => end is not { } e || e <= now ? "" : (e - now).TotalDays >= 2
        ? texts["Left.Days", (int)(e - now).TotalDays]
        : (e - now).TotalHours >= 1 ? texts.Count("Left.Hours", (int)(e - now).TotalHours) : texts.Count("Left.Minutes", Math.Max(1, (int)(e - now).TotalMinutes));

    public static string Join(IEnumerable<string?> parts) => string.Join(Show.Chinese ? "，" : ", ", parts.Where(p => !string.IsNullOrEmpty(p)));

    /// <summary>A budget as one amount or as a range.</summary>
    public static string Budget(DemandContent c) => (c.BudgetFromFen, c.BudgetToFen) switch
    {
        ({ } from, { } to) when from != to => $"{Fen.Yuan(from)}–{Fen.Yuan(to)}",
        ({ } from, null) => $"≥ {Fen.Yuan(from)}",
        (_, { } to) => Fen.Yuan(to),
        _ => "",
    };

    /// <summary>A word of a vocabulary in the reader's language when the field has one, else the text as it is.</summary>
    public static string Word(IStringLocalizer texts, string field, string line)
    {
        if (field == "region") return Show.RegionName(line);
        var kind = field switch { "field" => "Field.", "highlands" => "Highland.", "ways" => "Way.", "ip" => "Ip.", _ => null };
        if (kind is null) return line;
        var word = texts[kind + line];
        return word.ResourceNotFound ? line : word.Value;
    }
}
