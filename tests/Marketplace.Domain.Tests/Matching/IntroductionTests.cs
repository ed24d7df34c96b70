using System.Globalization;
using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;

namespace Marketplace.Domain.Tests.Matching;

/// <summary>引荐: claims on one pair, day by day. A and B are agencies; d and s the owners of the demand and of the achievement; O the operator.</summary>
public sealed class IntroductionTests
{
    private static readonly Guid A = new("00000000-0000-0000-0000-0000000000a1");
    private static readonly Guid B = new("00000000-0000-0000-0000-0000000000b1");
    private static readonly Guid DemandOwner = new("00000000-0000-0000-0000-0000000000d1");
    private static readonly Guid Unit = new("00000000-0000-0000-0000-0000000000c1");

    // A day, who, what, and the answer: a state or the refusal. "A claim", "d A confirm" (the demand's owner confirms A's claim), "s A decline".
    [Theory]
    [InlineData("01-05 A claim Open; 01-06 d A confirm Open; 01-07 s A confirm Confirmed; 01-08 B claim PairProtected")]
    [InlineData("01-05 A claim Open; 01-06 d A confirm Open; 01-06 d A confirm Open; 01-07 s A decline Declined; 01-08 d A confirm IntroductionNotOpen; 01-08 B claim Open")]
    // Thirty days from the day after 5 January: to 24:00 of 4 February.
    [InlineData("01-05 A claim Open; 02-04 d A confirm Open; 02-05 s A confirm IntroductionNotOpen; 02-05 A claim Open")]
    [InlineData("01-05 A claim Open; 01-06 A claim IntroducedAlready; 01-06 A A withdraw Withdrawn; 01-06 A claim Open")]
    // Two that nobody has confirmed compete; none can be confirmed until it is decided, and the reason is said.
    [InlineData("01-05 A claim Open; 01-06 B claim Open; 01-07 d A confirm ClaimsCompete; 01-07 s B confirm ClaimsCompete; 01-08 O B refuse Refused; 01-09 d A confirm Open; 01-09 s A confirm Confirmed; 01-10 s B confirm IntroductionNotOpen")]
    // A claim that lapsed competes with nobody.
    [InlineData("01-05 A claim Open; 01-30 B claim Open; 02-05 d B confirm Open; 02-05 s B confirm Confirmed")]
    // Protected for 180 days from the day after 7 January: to 24:00 of 6 July.
    [InlineData("01-05 A claim Open; 01-07 d A confirm Open; 01-07 s A confirm Confirmed; 07-06 B claim PairProtected; 07-07 B claim Open; 07-07 A claim Open")]
    // Sealed: nobody else knows of it before the close, not even the other claimant; afterwards both are on the table.
    [InlineData("01-05 A seal Open; 01-06 d A confirm NotFound; 01-06 s A decline NotFound; 01-06 B seal Open; 01-20 O A open Open; 01-20 d A confirm Open; 01-20 O B open Open; 01-21 s A confirm ClaimsCompete")]
    // Its thirty days run from the close.
    [InlineData("01-05 A seal Open; 02-20 O A open Open; 03-20 d A confirm Open; 03-20 s A confirm Confirmed")]
    // The lot is announced while it waits: sealed like one that was made then, what was confirmed stays, and its days run anew from the close.
    [InlineData("01-05 A claim Open; 01-06 d A confirm Open; 01-07 O A announce Open; 01-08 s A confirm NotFound; 01-08 s A decline NotFound; 01-08 B claim Open; 03-20 O A open Open; 04-19 s A confirm Confirmed")]
    // What is protected, and what has lapsed, stays as it is.
    [InlineData("01-05 A claim Open; 01-07 d A confirm Open; 01-07 s A confirm Confirmed; 01-08 O A announce Confirmed; 01-09 B claim PairProtected")]
    [InlineData("01-05 A claim Open; 02-06 O A announce Open; 02-07 d A confirm IntroductionNotOpen")]
    public void Claims_on_one_pair_meet_the_same_answers(string steps)
    {
        var claims = new Dictionary<string, Introduction>();
        var number = 0;
        foreach (var step in steps.Split(';', StringSplitOptions.TrimEntries))
        {
            var words = step.Split(' ');
            var at = At(words[0]);
            var old = claims.Values.Where(c => words[2] == "claim" || words[2] == "seal" || c.Agency != Agency(words[2])).Concat(_past).ToList();
            var result = words[^2] switch
            {
                "claim" or "seal" => Claim(Agency(words[1]), at, ++number, words[^2] == "seal").Claim(old, bothAgreed: true, related: false, at),
                "confirm" => claims[words[2]].Confirm(words[1] == "d" ? IntroductionSide.Demand : IntroductionSide.Supply, words[1] == "d" ? DemandOwner : Unit, old, at),
                "decline" => claims[words[2]].Decline("不合适", at),
                "withdraw" => claims[words[2]].Withdraw(at),
                "open" => claims[words[2]].Open(at),
                "announce" => claims[words[2]].Seal(at),
                _ => claims[words[2]].Refuse("在先接触有记录", at),
            };
            Assert.Equal($"{step}", $"{string.Join(' ', words[..^1])} {(result.Done ? result.Value.State.ToString() : result.Refusal.ToString())}");
            if (!result.Done) continue;
            var key = words[^2] is "claim" or "seal" ? words[1] : words[2];
            if (words[^2] is "claim" or "seal" && claims.TryGetValue(key, out var before)) _past.Add(before);
            claims[key] = result.Value;
        }
    }

    private readonly List<Introduction> _past = [];

    [Fact]
    public void The_second_confirmation_begins_the_protection_and_a_holiday_is_not_its_last_day()
    {
        var at = At("06-05");
        var confirmed = Claim(A, at, 1, false).Confirm(IntroductionSide.Demand, DemandOwner, [], At("06-06")).Value.Confirm(IntroductionSide.Supply, Unit, [], At("06-08")).Value;
        Assert.Equal(At("06-08"), confirmed.ConfirmedAt);
        // 180 days are over on Saturday 5 December: the Monday after.
        Assert.Equal(new DateOnly(2026, 12, 7), confirmed.ProtectedUntil);
        Assert.True(confirmed.IsProtected(Days.EndOf(new DateOnly(2026, 12, 7)).AddTicks(-1)));
        Assert.False(confirmed.IsProtected(Days.EndOf(new DateOnly(2026, 12, 7))));
        Assert.True(confirmed.LedTo(confirmed.Achievement, DemandOwner, At("06-09")));
        Assert.False(confirmed.LedTo(confirmed.Achievement, DemandOwner, At("06-07")));
        Assert.False(confirmed.LedTo(confirmed.Achievement, Unit, At("06-09")));
        Assert.False(confirmed.LedTo(A, DemandOwner, At("06-09")));
        Assert.False(confirmed.LedTo(confirmed.Achievement, DemandOwner, At("12-08")));
        // A sealed claim was made before the sale that it led to, and was confirmed after it.
        var sealedClaim = Claim(A, at, 1, true).Open(At("06-07")).Confirm(IntroductionSide.Demand, DemandOwner, [], At("06-08")).Value.Confirm(IntroductionSide.Supply, Unit, [], At("06-08")).Value;
        Assert.True(sealedClaim.LedTo(confirmed.Achievement, DemandOwner, At("06-07")));
        Assert.False(sealedClaim.LedTo(confirmed.Achievement, DemandOwner, At("06-04")));
    }

    [Fact]
    public void Nobody_introduces_itself_and_both_sides_agree_to_an_agency_for_both()
    {
        var now = At("01-05");
        var claim = Claim(A, now, 1, false);
        Assert.Equal(Refusal.IntroducesItself, (claim with { AchievementOwner = DemandOwner }).Claim([], true, false, now).Refusal);
        Assert.Equal(Refusal.IntroducesItself, (claim with { DemandOwner = A }).Claim([], true, false, now).Refusal);
        var both = claim with { DemandMandate = B, SupplyMandate = A };
        Assert.Equal(Refusal.BothSidesNotAgreed, both.Claim([], bothAgreed: false, false, now).Refusal);
        Assert.True(both.Claim([], bothAgreed: true, false, now).Value.ForBothSides);
        Assert.Equal(Refusal.RelationNotDisclosed, claim.Claim([], true, related: true, now).Refusal);
        Assert.True((claim with { Related = "持股 12%" }).Claim([], true, related: true, now).Done);
        Assert.Equal(Refusal.Required, claim.Decline(" ", now).Refusal);
        Assert.Equal(both, Introduction.Read(both.Write()));
    }

    /// <summary>Whatever agencies and owners do in whatever order, no two of one pair are protected at once.</summary>
    [Fact]
    public void One_pair_has_one_protected_introduction_at_a_time() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 4], Gen.Int[0, 20]).Array[1, 60].Sample(steps =>
        {
            var now = At("01-05");
            var claims = new List<Introduction>();
            foreach (var (who, what, days) in steps)
            {
                now = now.AddDays(days);
                var agency = new Guid(who + 1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
                var at = claims.FindLastIndex(c => c.Agency == agency);
                if (what == 0)
                {
                    var made = Claim(agency, now, claims.Count + 1, false).Claim(claims, true, false, now);
                    if (made.Done) claims.Add(made.Value);
                }
                else if (at >= 0)
                {
                    var next = what switch
                    {
                        1 => claims[at].Confirm(IntroductionSide.Demand, DemandOwner, claims, now),
                        2 => claims[at].Confirm(IntroductionSide.Supply, Unit, claims, now),
                        3 => claims[at].Refuse("裁定", now),
                        _ => claims[at].Withdraw(now),
                    };
                    if (next.Done) claims[at] = next.Value;
                }

                Assert.True(claims.Count(c => c.IsProtected(now)) <= 1);
            }
        });

    private static Guid Agency(string letter) => letter == "A" ? A : B;

    private static Introduction Claim(Guid agency, DateTimeOffset at, int number, bool isSealed) => new()
    {
        Id = new Guid(number, 1, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
        Agency = agency,
        Broker = agency,
        Demand = new Guid("00000000-0000-0000-0000-0000000000e1"),
        DemandOwner = DemandOwner,
        Achievement = new Guid("00000000-0000-0000-0000-0000000000f1"),
        AchievementOwner = Unit,
        At = at,
        Sealed = isSealed,
    };

    private static DateTimeOffset At(string day) => new(2026, int.Parse(day[..2], CultureInfo.InvariantCulture), int.Parse(day[3..], CultureInfo.InvariantCulture), 23, 30, 0, TimeSpan.FromHours(8));
}
