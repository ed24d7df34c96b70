using Marketplace.Domain.Payments.Plans;
using Marketplace.Organisations;
using Marketplace.Shared;
using Microsoft.Extensions.Localization;

namespace Marketplace.Payments.Royalties;

/// <summary>The periods of the page as a file, in the reader's language.</summary>
internal static class RoyaltyExport
{
    public static async Task<IResult> Send(
        string auction, string format, RoyaltyAgreements agreements, CurrentActor actor, Refusals refusals, IStringLocalizer<RoyaltyTexts> texts, TimeProvider clock, CancellationToken cancellation)
    {
        var access = await RoyaltyAccess.Of(actor, agreements, auction, cancellation);
        if (!access.Done) return refusals.Problem(access.Refusal.Value);
        var found = access.Value.Found;
        var terms = found.Terms.Terms;
        return MoneyExport.Send(
            format, "royalties",
            [
                .. RoyaltyWords.Periods(found, clock.GetUtcNow()).Select(p => new Dictionary<string, object?>
                {
                    [texts["Period"]] = p.Period.Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    [texts["Period.From"]] = RoyaltyWords.Day(p.Period.From),
                    [texts["Period.Until"]] = RoyaltyWords.Day(p.Period.Until),
                    [texts["DeclareBy"]] = RoyaltyWords.Day(p.Due),
                    // Pieces are no money, and have no decimals.
                    [texts[$"Base.Head.{terms.Base}"]] = p.Base is not { } of ? null : terms.Base == RoyaltyBase.Units ? of.ToString(System.Globalization.CultureInfo.InvariantCulture) : of / 100m,
                    [texts["ComesTo.Yuan"]] = p.ComesToFen / 100m,
                    [texts["Charged.Yuan"]] = p.ChargedFen / 100m,
                    [texts["State"]] = texts[$"State.{p.State}"].Value,
                }),
            ],
            texts["Periods.None"]);
    }
}
