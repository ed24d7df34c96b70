using System.Globalization;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Achievements;

/// <summary>How pages of achievements write what they show.</summary>
public static class AchievementLook
{
    /// <summary>Which kind of chip a state is (design: live, plan, ok, warn, bad, off).</summary>
    public static string Chip(AchievementState state) => state switch
    {
        AchievementState.Draft => "off",
        AchievementState.InReview => "plan",
        AchievementState.Published => "ok",
        AchievementState.InTrade => "live",
        AchievementState.Traded => "off",
        AchievementState.Withdrawn => "off",
        AchievementState.Delisted => "bad",
    };

    public static string Chip(DisclosureState state) => state switch
    {
        DisclosureState.Told => "plan",
        DisclosureState.Listed => "ok",
        DisclosureState.Held => "warn",
        DisclosureState.Released => "off",
    };

    /// <summary>The day in Beijing.</summary>
    public static string Day(DateTimeOffset? moment) => moment?.ToOffset(Instant.Beijing).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    /// <summary>The minute in Beijing.</summary>
    public static string Minute(DateTimeOffset moment) => moment.ToOffset(Instant.Beijing).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    public static string Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    public static string Size(long bytes) => bytes < 1024 * 1024
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes / 1024)} KB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024m / 1024m:0.0} MB");

    /// <summary>Several things in one line, as the reader's language lists them.</summary>
    public static string Join(IEnumerable<string?> parts) =>
        string.Join(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "zh" ? "，" : ", ", parts.Where(p => !string.IsNullOrEmpty(p)));

    public static string Region(string? code) => code is null ? "" : Show.RegionName(code);

    /// <summary>A word of a vocabulary in the reader's language when the field has one, else the text as it is.</summary>
    public static string Word(IStringLocalizer texts, string field, string line)
    {
        if (field == "region") return Region(line);
        var kind = field switch
        {
            "field" => "Field.",
            "highlands" => "Highland.",
            "ways" => "Way.",
            "funding" => "Funding.",
            "licenceKinds" => "LicenceKind.",
            "fileTiers" => "Tier.",
            _ => null,
        };
        if (kind is null) return line;
        var word = texts[kind + line];
        return word.ResourceNotFound ? line : word.Value;
    }
}
