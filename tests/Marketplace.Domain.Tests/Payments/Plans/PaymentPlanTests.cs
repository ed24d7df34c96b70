using System.Globalization;
using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Domain.Tests.Payments.Plans;

/// <summary>How a price of 100,000 fen may be paid after signing on Monday 2 March 2026, a line for each case.</summary>
public sealed class PaymentPlanTests
{
    private const long Price = 100_000;

    private static readonly DateOnly Signed = new(2026, 3, 2);

    private static readonly RoyaltyTerms Terms = new(RoyaltyBase.NetSales, Signed, Signed.AddYears(3)) { Bands = [new RoyaltyBand(null, 300)] };

    [Theory]
    [InlineData(true, PartRelease.Registration)]
    [InlineData(false, PartRelease.Acceptance)]
    public void Unless_agreed_otherwise_the_whole_price_is_paid_within_five_working_days(bool transfersPatent, PartRelease release)
    {
        var plan = AnnouncedPlan.Default(transfersPatent).Of(Price, Signed);
        Assert.Equal(new PaymentPlan(PlanKind.AtOnce) { Parts = [new PlannedPart(1, Price, new DateOnly(2026, 3, 9), release)] }, plan);
        Assert.Empty(PaymentPlans.Check(plan, Price, Signed, transfersPatent));
    }

    // The kind; each part as its amount, its due day, its release (R at registration, A at acceptance, M at a milestone); royalties; what is wrong.
    [Theory]
    [InlineData("AtOnce", "100000 2026-03-09 R", "")]
    [InlineData("AtOnce", "100000 2026-03-02 A", "")]
    [InlineData("AtOnce", "100000 2026-03-01 A", "parts[0].due PartsOutOfOrder")]
    [InlineData("AtOnce", "100000 2026-03-10 A", "parts[0].due FirstPartTooLate")]
    [InlineData("AtOnce", "50000 2026-03-09 A, 50000 2026-06-01 A", "parts PartCountWrong")]
    [InlineData("AtOnce", "", "parts PartCountWrong, parts PartsNotThePrice")]
    [InlineData("AtOnce", "99999 2026-03-09 R", "parts PartsNotThePrice")]
    [InlineData("AtOnce", "100000 2026-03-09 A royalty", "royalty RoyaltyNotMeant")]
    [InlineData("Instalments", "100000 2026-03-09 R", "parts PartCountWrong")]
    [InlineData("Instalments", "30000 2026-03-09 A, 70000 2027-03-02 A", "")]
    [InlineData("Instalments", "29999 2026-03-09 A, 70001 2027-03-02 A", "parts[0].amount FirstPartTooSmall")]
    [InlineData("Instalments", "30000 2026-03-09 A, 70000 2027-03-03 A", "parts[1].due LastPartTooLate")]
    [InlineData("Instalments", "30000 2026-03-10 A, 70000 2027-03-02 A", "parts[0].due FirstPartTooLate")]
    [InlineData("Instalments", "40000 2026-03-09 A, 30000 2026-09-01 A, 30000 2026-08-31 A", "parts[2].due PartsOutOfOrder")]
    // Paid on one day, released in steps: one first payment.
    [InlineData("Instalments", "20000 2026-03-09 A, 30000 2026-03-09 M试产, 50000 2026-12-01 A", "")]
    [InlineData("Instalments", "100001 2026-03-09 A, -1 2026-12-01 A", "parts[1].amount AmountOutOfRange")]
    [InlineData("Instalments", "0 2026-03-09 A, 100000 2026-12-01 A", "parts[0].amount AmountOutOfRange, parts[0].amount FirstPartTooSmall")]
    [InlineData("Instalments", "50000 2026-03-09 A, 50000 2026-12-01 M样机通过中试", "")]
    [InlineData("Instalments", "50000 2026-03-09 A, 50000 2026-12-01 M", "parts[1].milestone Required")]
    [InlineData("Instalments", "50000 2026-03-09 A样机, 50000 2026-12-01 M样机", "parts[0].milestone MilestoneNotMeant")]
    [InlineData("EntryFee", "100000 2026-03-09 R royalty", "")]
    [InlineData("EntryFee", "30000 2026-03-09 R, 70000 2026-12-01 A royalty", "")]
    [InlineData("EntryFee", "100000 2026-03-09 R", "royalty Required")]
    [InlineData("RoyaltyOnly", "100000 2026-03-09 A royalty", "parts PartCountWrong")]
    [InlineData("RoyaltyOnly", " royalty", "parts PartsNotThePrice")]
    public void A_plan_is_agreed_only_within_the_rules(string kind, string parts, string wrong) =>
        Assert.Equal(wrong, Faults(Plan(kind, parts), Price, transfersPatent: true));

    [Fact]
    public void Royalties_alone_have_no_price() => Assert.Equal("", Faults(Plan("RoyaltyOnly", " royalty"), 0, transfersPatent: false));

    [Fact]
    public void Registration_releases_money_only_where_a_patent_is_transferred() =>
        Assert.Equal("parts[1].release RegistrationNeedsTransfer", Faults(Plan("Instalments", "50000 2026-03-09 A, 50000 2026-12-01 R"), Price, transfersPatent: false));

    [Fact]
    public void Twelve_parts_are_the_most()
    {
        Assert.Equal("", Faults(Plan("Instalments", Many(12)), 12 * 100, transfersPatent: false));
        Assert.Equal("parts PartCountWrong", Faults(Plan("Instalments", Many(13)), 13 * 100, transfersPatent: false));

        // All on the day of signing, so that nothing but the count is wrong.
        static string Many(int count) => string.Join(", ", Enumerable.Repeat("100 2026-03-02 A", count));
    }

    [Fact]
    public void A_milestone_is_told_in_two_hundred_characters()
    {
        Assert.Equal("", Faults(Plan("AtOnce", $"100000 2026-03-09 M{new string('中', 200)}"), Price, transfersPatent: false));
        var fault = Assert.Single(PaymentPlans.Check(Plan("AtOnce", $"100000 2026-03-09 M{new string('中', 201)}"), Price, Signed, transfersPatent: false));
        Assert.Equal(new Fault("parts[0].milestone", Refusal.TooLong, "200"), fault);
    }

    [Fact]
    public void Parts_are_numbered_in_their_order()
    {
        var plan = Plan("Instalments", "50000 2026-03-09 A, 50000 2026-12-01 A");
        Assert.Equal("parts[1].due PartsOutOfOrder", Faults(plan with { Parts = [plan.Parts[0], plan.Parts[1] with { Number = 3 }] }, Price, transfersPatent: false));
    }

    [Fact]
    public void What_is_no_word_of_a_plan_is_refused_by_name()
    {
        Assert.Equal("kind UnknownWord", Faults(new PaymentPlan((PlanKind)9), Price, transfersPatent: false));
        var plan = Plan("AtOnce", "100000 2026-03-09 A");
        Assert.Equal("parts[0].release UnknownWord", Faults(plan with { Parts = [plan.Parts[0] with { Release = (PartRelease)9 }] }, Price, transfersPatent: false));
    }

    [Fact]
    public void What_is_wrong_with_the_royalties_is_wrong_with_the_plan()
    {
        var plan = Plan("RoyaltyOnly", " royalty") with { Royalty = Terms with { Bands = [] } };
        Assert.Equal("royalty.bands RoyaltyRatesInvalid", Faults(plan, 0, transfersPatent: false));
    }

    [Fact]
    public void Plans_that_say_the_same_are_the_same()
    {
        var (one, other) = (Plan("EntryFee", "100000 2026-03-09 R royalty"), Plan("EntryFee", "100000 2026-03-09 R royalty") with { Royalty = Terms with { Bands = [new RoyaltyBand(null, 300)] } });
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, other with { Royalty = Terms with { PayDays = 16 } });
        Assert.NotEqual(one, other with { Parts = [] });
    }

    [Fact]
    public void The_default_is_right_for_every_price_and_day() =>
        Gen.Select(Gen.Long[1, Fen.Most], Gen.Int[0, 365 * 60], Gen.Bool).Sample((price, day, transfers) =>
        {
            var signed = new DateOnly(2024, 1, 1).AddDays(day);
            Assert.Empty(PaymentPlans.Check(AnnouncedPlan.Default(transfers).Of(price, signed), price, signed, transfers));
        });

    [Fact]
    public void Whatever_is_sent_is_answered_and_what_passes_is_exactly_the_price() =>
        Gen.Select(Gen.Enum<PlanKind>(), Gen.OneOf(Gen.Const(Price), Gen.Long), Gen.Select(Gen.OneOf(Gen.Long[1, 60_000], Gen.Long), Gen.Int[-2, 400], Gen.Enum<PartRelease>()).List[0, 14], Gen.Bool).Sample((kind, price, drafts, fits) =>
        {
            var sorted = fits ? [.. drafts.OrderBy(d => d.Item2)] : drafts;
            var plan = new PaymentPlan(kind) { Parts = [.. sorted.Select((d, i) => new PlannedPart(i + 1, d.Item1, Signed.AddDays(d.Item2), d.Item3, d.Item3 == PartRelease.Milestone ? "小试" : null))] };
            if (fits && drafts.Count > 0) price = plan.Parts.Aggregate(0L, (sum, p) => unchecked(sum + p.AmountFen));
            if (PaymentPlans.Check(plan, price, Signed, transfersPatent: true).Length > 0) return;
            Assert.Equal(price, plan.Parts.Sum(p => p.AmountFen));
            var first = plan.Parts.Where(p => p.Due == plan.Parts[0].Due).Sum(p => p.AmountFen);
            Assert.True(first * 10m >= price * 3m);
            Assert.All(plan.Parts, p => Assert.InRange(p.Due, Signed, new DateOnly(2027, 3, 2)));
        });

    private static string Faults(PaymentPlan plan, long price, bool transfersPatent) =>
        string.Join(", ", PaymentPlans.Check(plan, price, Signed, transfersPatent).Select(f => $"{f.Field} {f.Why}"));

    private static PaymentPlan Plan(string kind, string parts)
    {
        var royalty = parts.EndsWith(" royalty", StringComparison.Ordinal);
        var lines = parts.Replace(" royalty", "", StringComparison.Ordinal).Split(", ", StringSplitOptions.RemoveEmptyEntries);
        return new PaymentPlan(Enum.Parse<PlanKind>(kind)) { Parts = [.. lines.Select((line, i) => Part(i + 1, line.Split(' ', 3)))], Royalty = royalty ? Terms : null };
    }

    private static PlannedPart Part(int number, string[] words) => new(
        number, long.Parse(words[0], CultureInfo.InvariantCulture), DateOnly.Parse(words[1], CultureInfo.InvariantCulture),
        words[2][0] switch { 'R' => PartRelease.Registration, 'A' => PartRelease.Acceptance, _ => PartRelease.Milestone }, words[2].Length > 1 ? words[2][1..] : null);
}
