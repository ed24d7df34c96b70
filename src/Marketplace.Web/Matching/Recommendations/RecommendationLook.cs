using System.Globalization;
using Marketplace.Achievements;
using Marketplace.Demands;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Matching.Recommendations;

/// <summary>How pages write a part of a score: the facts of both sides in the reader's language.</summary>
public sealed class RecommendationLook(IStringLocalizer<RecommendationTexts> texts, IStringLocalizer<DemandTexts> demands, IStringLocalizer<AchievementTexts> achievements)
{
    public static string Chip(Fit fit) => fit switch { Fit.Hit => "ok", Fit.Near => "warn", Fit.Miss => "bad", Fit.Unknown => "off" };

    /// <summary>Hundredths of the whole, as a number people compare.</summary>
    public static string Score(int value) => (value / 100).ToString(CultureInfo.InvariantCulture);

    public string Demand(Explanation why, PartScore part) => part.Part switch
    {
        ScorePart.Text => Words(why.Words.Select(w => w.Demand)),
        ScorePart.Targets => part.Demand is { } musts ? texts["Musts", musts] : texts["NoMusts"],
        ScorePart.Field => Name(demands, "Field.", part.Demand),
        ScorePart.Trl => part.Demand is { } trl ? texts["TrlFrom", trl] : texts["NotStated"],
        ScorePart.Way => Name(demands, "Way.", part.Demand),
        ScorePart.Budget => part.Demand is { } budget ? Yuan(budget) : texts["NoBudget"],
        ScorePart.Region => part.Demand is { } region ? Show.RegionName(region) : texts["NotStated"],
        ScorePart.Freshness => part.Demand ?? "",
    };

    public string Achievement(Explanation why, PartScore part) => part.Part switch
    {
        ScorePart.Text => Words(why.Words.Select(w => w.Achievement)),
        ScorePart.Targets => part.Achievement is { } met ? texts["Met", met] : "—",
        ScorePart.Field => Name(achievements, "Field.", part.Achievement),
        ScorePart.Trl => part.Achievement is { } trl ? "TRL " + trl : texts["NotStated"],
        ScorePart.Way => Name(achievements, "Way.", part.Achievement),
        ScorePart.Budget => part.Achievement is { } price ? Yuan(price) : texts["NotStated"],
        ScorePart.Region => part.Achievement is { } region ? Show.RegionName(region) : texts["NotStated"],
        ScorePart.Freshness => part.Achievement ?? "",
    };

    /// <summary>What is missing, in short words for a list.</summary>
    public string Missing(Explanation why) => Join(
        why.Parts.Where(p => p.Fit is Fit.Miss).Select(p => texts["Lacks." + p.Part].Value)
            .Concat(why.Parts.Where(p => p.Fit == Fit.Unknown && p.Part is ScorePart.Trl or ScorePart.Field && p.Achievement is null).Select(p => texts["Silent." + p.Part].Value)));

    public string Words(IEnumerable<string> words) => Join(words.Distinct());

    public static string Join(IEnumerable<string> words) => string.Join(Show.Chinese ? "、" : ", ", words);

    private string Name(IStringLocalizer of, string kind, string? names) => names is null ? texts["NotStated"] : Join(names.Split('|').Select(n => of[kind + n].Value));

    private static string Yuan(string fen) => "¥" + Fen.Yuan(long.Parse(fen, CultureInfo.InvariantCulture));
}
