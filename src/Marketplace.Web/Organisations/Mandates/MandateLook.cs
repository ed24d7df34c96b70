using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations.Mandates;
using Microsoft.Extensions.Localization;

namespace Marketplace.Organisations.Mandates;

/// <summary>How pages write what a mandate says.</summary>
public static class MandateLook
{
    /// <summary>The word and the kind of chip for where a mandate stands on a day.</summary>
    public static (string Key, string Tone) State(Mandate mandate, DateTimeOffset now)
    {
        var today = Days.Of(now);
        return mandate.State switch
        {
            MandateState.Proposed => mandate.IsOpen(now) ? ("Proposed", "plan") : ("Lapsed", "off"),
            MandateState.Declined => ("Declined", "off"),
            MandateState.Withdrawn => ("Withdrawn", "off"),
            MandateState.Signed => !mandate.Stands(today) ? ("Over", "off") : today < mandate.Terms.From ? ("Waits", "plan") : ("InForce", "ok"),
        };
    }

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Basis points as percent: <c>3.0</c>, <c>2.75</c>.</summary>
    public static string Percent(int bp) => (bp / 100m).ToString("0.0#", CultureInfo.InvariantCulture);

    /// <summary>The scale in one line.</summary>
    public static string Fee(IStringLocalizer texts, MandateFee fee) => fee.Kind switch
    {
        FeeKind.Unagreed => texts["Fee.Unagreed"],
        FeeKind.Share => texts["Fee.OfShare", Percent(fee.ShareBp)],
        FeeKind.Fixed => texts["Fee.OfFixed", Fen.Yuan(fee.FixedFen)],
        FeeKind.Tiers => string.Join(texts["Fee.Then"], fee.Tiers.Select(t => t.UpToFen is { } end ? texts["Fee.Band", Fen.Yuan(end), Percent(t.ShareBp)].Value : texts["Fee.Above", Percent(t.ShareBp)].Value)),
    };

    /// <summary>30 days before the end is the time to renew.</summary>
    public static bool EndsSoon(Mandate mandate, DateTimeOffset now) => mandate.Stands(Days.Of(now)) && mandate.LastDay < Days.Of(now).AddDays(30);
}
