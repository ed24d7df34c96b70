using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Payments.Plans;

/// <summary>How pages say a 付款方式: the same rows at the announcement, in the notice, in the room and in the deal.</summary>
public static class PlanSays
{
    /// <summary>Label and values of the payment and, where there are any, of the royalties.</summary>
    public static IEnumerable<(string Label, string[] Values)> Rows(IStringLocalizer texts, AnnouncedPlan plan)
    {
        yield return (texts["Payment"], [texts[$"Kind.{plan.Kind}"], .. plan.Parts.Select((part, i) => plan.Parts.Length == 1 ? texts["Whole", Due(texts, part), Release(texts, part)].Value : texts["Part", i + 1, Percent(part.ShareBp), Due(texts, part), Release(texts, part)].Value)]);
        if (plan.Royalty is not { } royalty) yield break;
        List<string> said = [texts.Count("Royalty.Runs", texts[$"Base.{royalty.Base}"].Value, royalty.Months, texts[$"Cycle.{royalty.Cycle}"].Value)];
        said.AddRange(royalty.Bands.Select(b => b.UpTo is { } end ? texts["Band.UpTo", End(texts, royalty.Base, end), Rate(texts, royalty.Base, b.Rate)].Value : texts[royalty.Bands.Length == 1 ? "Band.Only" : "Band.Above", Rate(texts, royalty.Base, b.Rate)].Value));
        if (royalty.MinimumFen is { } minimum) said.Add(texts["Royalty.Minimum", Fen.Exact(minimum)]);
        if (royalty.CapFen is { } cap) said.Add(texts["Royalty.Cap", Fen.Exact(cap)]);
        said.Add(texts.Count("Royalty.Days", royalty.DeclareDays, royalty.PayDays, royalty.NoticeDays));
        yield return (texts["Royalty"], [.. said]);
    }

    /// <summary>Hundredths of a percent, as a form shows them.</summary>
    public static string Percent(int basisPoints) => (basisPoints / 100m).ToString("0.##", CultureInfo.InvariantCulture);

    public static string Due(IStringLocalizer texts, AnnouncedPart part) => texts.Count($"Due.{part.Due.Unit}", part.Due.Count);

    public static string Release(IStringLocalizer texts, AnnouncedPart part) => texts[$"Release.{part.Release}", part.Milestone ?? ""];

    private static string End(IStringLocalizer texts, RoyaltyBase on, long end) => on == RoyaltyBase.Units ? texts["Pieces", end.ToString("#,##0", CultureInfo.InvariantCulture)] : $"¥{Fen.Yuan(end)}";

    private static string Rate(IStringLocalizer texts, RoyaltyBase on, long rate) => on == RoyaltyBase.Units ? texts["PerPiece", Fen.Exact(rate)] : $"{(rate / 100m).ToString("0.##", CultureInfo.InvariantCulture)}%";
}
