using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Domain.Tests.Payments.Plans;

/// <summary>What a seller announces before the price is known, and the plan that it gives once it is.</summary>
public sealed class AnnouncedPlanTests
{
    private const long Least = 100_000;

    private static readonly DateOnly Signed = new(2026, 3, 2);

    private static readonly AnnouncedRoyalty Royalty = new(RoyaltyBase.NetSales, 36) { Bands = [new RoyaltyBand(null, 300)] };

    // The kind; each part as its share, its period (w working days, d days, m months), its release (R, A, M and the milestone); royalties; what is wrong.
    [Theory]
    [InlineData("AtOnce", "10000 5w R", "")]
    [InlineData("AtOnce", "10000 5d A", "")]
    [InlineData("AtOnce", "10000 5w M中试", "")]
    [InlineData("AtOnce", "10000 6w R", "parts[0].due PartDueInvalid")]
    [InlineData("AtOnce", "10000 6d R", "parts[0].due FirstPartTooLate")]
    [InlineData("AtOnce", "10000 1m R", "parts[0].due FirstPartTooLate")]
    [InlineData("AtOnce", "10000 0d R", "parts[0].due PartDueInvalid")]
    [InlineData("AtOnce", "9999 5w R", "parts PartSharesNotWhole")]
    [InlineData("AtOnce", "", "parts PartSharesNotWhole")]
    [InlineData("AtOnce", "5000 5w R, 5000 6m A", "parts PartCountWrong")]
    [InlineData("AtOnce", "10000 5w R royalty", "royalty RoyaltyNotMeant")]
    [InlineData("RoyaltyOnly", " royalty", "kind PlanWithoutPrice")]
    [InlineData("Instalments", "10000 5w R", "parts PartCountWrong")]
    [InlineData("Instalments", "3000 5w R, 7000 12m A", "")]
    [InlineData("Instalments", "3000 5w R, 7000 365d A", "")]
    [InlineData("Instalments", "3000 5w R, 7000 366d A", "parts[1].due PartDueInvalid")]
    [InlineData("Instalments", "3000 5w R, 7000 13m A", "parts[1].due PartDueInvalid")]
    [InlineData("Instalments", "2999 5w R, 7001 12m A", "parts[0].share FirstPartTooSmall")]
    // One first payment, released in steps.
    [InlineData("Instalments", "2000 5w R, 1000 5w M小试, 7000 12m A", "")]
    [InlineData("Instalments", "2000 5d R, 1000 5w M小试, 7000 12m A", "parts[0].share FirstPartTooSmall")]
    [InlineData("Instalments", "3000 5w R, 3000 6m A, 4000 3m A", "parts[2].due PartsOutOfOrder")]
    // A month may have 28 days, and five working days may take three weeks.
    [InlineData("Instalments", "3000 5w R, 3000 29d A, 4000 1m A", "parts[2].due PartsOutOfOrder")]
    [InlineData("Instalments", "3000 5w R, 3000 28d A, 4000 1m A", "")]
    [InlineData("Instalments", "3000 5w R, 7000 20d A", "parts[1].due PartsOutOfOrder")]
    [InlineData("Instalments", "3000 5w R, 7000 21d A", "")]
    [InlineData("Instalments", "11000 5w R, -1000 12m A", "parts[0].share PartSharesNotWhole, parts[1].share PartSharesNotWhole")]
    [InlineData("Instalments", "5000 5w R, 5000 6m M", "parts[1].milestone Required")]
    [InlineData("Instalments", "5000 5w R中试, 5000 6m A", "parts[0].milestone MilestoneNotMeant")]
    [InlineData("EntryFee", "10000 5w R royalty", "")]
    [InlineData("EntryFee", "3000 5w R, 7000 6m A royalty", "")]
    [InlineData("EntryFee", "10000 5w R", "royalty Required")]
    public void It_is_announced_only_within_the_rules(string kind, string parts, string wrong) =>
        Assert.Equal(wrong, Faults(Plan(kind, parts).Check(Least, Signed, transfersPatent: true)));

    [Fact]
    public void What_the_least_price_or_the_right_does_not_bear_is_named_at_its_field()
    {
        var plan = Plan("Instalments", "9990 5w R, 10 12m A");
        Assert.Equal("", Faults(plan.Check(1000, Signed, transfersPatent: true)));
        Assert.Equal("parts[1].share AmountOutOfRange", Faults(plan.Check(999, Signed, transfersPatent: true)));
        Assert.Equal("parts[0].release RegistrationNeedsTransfer", Faults(plan.Check(1000, Signed, transfersPatent: false)));
        Assert.Equal("kind UnknownWord", Faults((plan with { Kind = (PlanKind)9 }).Check(1000, Signed, true)));
        Assert.Equal("royalty.months RoyaltyTimeInvalid", Faults((Plan("EntryFee", "10000 5w R") with { Royalty = Royalty with { Months = 241 } }).Check(Least, Signed, true)));
        Assert.Equal("royalty.bands RoyaltyRatesInvalid, royalty.cap CapBelowMinimum", Faults((Plan("EntryFee", "10000 5w R") with { Royalty = Royalty with { Bands = [], MinimumFen = 2, CapFen = 1 } }).Check(Least, Signed, true)));
        Assert.Equal("parts PartCountWrong", Faults((Plan("Instalments", "") with { Parts = [.. Enumerable.Repeat(new AnnouncedPart(769, new Period(5, PeriodUnit.Days), PartRelease.Acceptance), 12), new AnnouncedPart(772, new Period(5, PeriodUnit.Days), PartRelease.Acceptance)] }).Check(Least, Signed, true)));
    }

    [Fact]
    public void A_price_is_divided_to_the_fen_with_the_first_payment_never_short()
    {
        var plan = Plan("Instalments", "3000 5w R, 3333 3m M中试, 3667 12m A").Of(100_001, Signed);
        Assert.Equal(new PaymentPlan(PlanKind.Instalments)
        {
            Parts =
            [
                new PlannedPart(1, 30_001, new DateOnly(2026, 3, 9), PartRelease.Registration), new PlannedPart(2, 33_330, new DateOnly(2026, 6, 2), PartRelease.Milestone, "中试"),
                new PlannedPart(3, 36_670, new DateOnly(2027, 3, 2), PartRelease.Acceptance),
            ],
        }, plan);
    }

    [Fact]
    public void Royalties_begin_with_the_contract()
    {
        var terms = (Royalty with { MinimumFen = 5, CapFen = 50, DeclareDays = 31, PayDays = 16, NoticeDays = 17, Cycle = RoyaltyCycle.Year }).From(Signed);
        Assert.Equal(new RoyaltyTerms(RoyaltyBase.NetSales, Signed, new DateOnly(2029, 3, 1), RoyaltyCycle.Year) { Bands = Royalty.Bands, MinimumFen = 5, CapFen = 50, DeclareDays = 31, PayDays = 16, NoticeDays = 17 }, terms);
    }

    private static readonly Gen<AnnouncedPart> Parts = Gen.Select(Gen.Int[1, 5000], Gen.Enum<PeriodUnit>(), Gen.Int[1, 14], Gen.Int[1, 28], Gen.Enum<PartRelease>(), (share, unit, few, scale, release) =>
        new AnnouncedPart(share, new Period(unit == PeriodUnit.Days ? few * scale : few, unit), release, release == PartRelease.Milestone ? "中试" : null));

    [Fact]
    public void Whatever_is_sound_gives_a_plan_that_may_be_agreed_at_any_price_and_on_any_day()
    {
        var inParts = 0;
        Gen.Select(Gen.Enum<PlanKind>(), Parts.List[1, 5], Gen.Bool, Gen.Long[1, 200_000], Gen.Long[0, Fen.Most - 200_000], Gen.Int[0, 365 * 40]).Sample((kind, parts, transfers, least, more, day) =>
        {
            // Mostly whole and in order, so that enough of them are sound.
            var sorted = parts.OrderBy(p => p.Due.Unit).ThenBy(p => p.Due.Count).Select((p, i) => i == 0 ? p with { Due = new Period(5, PeriodUnit.WorkingDays), ShareBp = p.ShareBp + 3000 } : p).ToList();
            var rest = sorted.Take(sorted.Count - 1).Sum(p => p.ShareBp);
            sorted[^1] = sorted[^1] with { ShareBp = AnnouncedPlan.WholeBp - rest };
            var plan = new AnnouncedPlan(kind) { Parts = [.. sorted], Royalty = kind == PlanKind.EntryFee ? Royalty : null };
            if (plan.Check(least, Signed, transfers).Length > 0) return;
            var (price, signed) = (least + more, new DateOnly(2024, 1, 1).AddDays(day));
            var made = plan.Of(price, signed);
            Assert.Empty(PaymentPlans.Check(made, price, signed, transfers));
            Assert.Equal(price, made.Parts.Sum(p => p.AmountFen));
            if (made.Parts.Length > 1) Interlocked.Increment(ref inParts);
        }, iter: 20_000);
        // Enough of them are sound for that to say something.
        Assert.True(inParts > 300, $"{inParts}");
    }

    [Fact]
    public void It_is_written_once_and_for_ever_and_read_back()
    {
        var plan = Plan("EntryFee", "3000 5w R, 3000 90d M中试完成, 4000 12m A") with
        {
            Royalty = Royalty with { Bands = [new RoyaltyBand(1_000_000_00, 300), new RoyaltyBand(null, 200)], MinimumFen = 5_000_00, CapFen = 900_000_00 },
        };
        const string Golden = """{"kind":"EntryFee","parts":[{"shareBp":3000,"due":5,"unit":"WorkingDays","release":"Registration"},{"shareBp":3000,"due":90,"unit":"Days","release":"Milestone","milestone":"中试完成"},{"shareBp":4000,"due":12,"unit":"Months","release":"Acceptance"}],"royalty":{"base":"NetSales","months":36,"cycle":"Quarter","bands":[{"upTo":100000000,"rate":300},{"rate":200}],"minimumFen":500000,"capFen":90000000,"declareDays":30,"payDays":15,"noticeDays":15}}""";
        Assert.Equal(Golden, AnnouncedPlanJson.Text(plan));
        Assert.Equal(plan, AnnouncedPlanJson.Read(Golden));
        Assert.Equal(plan.GetHashCode(), AnnouncedPlanJson.Read(Golden).GetHashCode());
        var plain = AnnouncedPlan.Default(transfersPatent: false);
        Assert.Equal("""{"kind":"AtOnce","parts":[{"shareBp":10000,"due":5,"unit":"WorkingDays","release":"Acceptance"}]}""", AnnouncedPlanJson.Text(plain));
        Assert.Equal(plain, AnnouncedPlanJson.Read(AnnouncedPlanJson.Text(plain)));
        Assert.Throws<FormatException>(() => AnnouncedPlanJson.Read(Golden.Replace("Quarter", "Week", StringComparison.Ordinal)));
        Assert.Throws<FormatException>(() => AnnouncedPlanJson.Read(Golden.Replace("\"EntryFee\"", "\"2\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(RoyaltyBase.NetSales, "3", "3")]
    [InlineData(RoyaltyBase.NetSales, "1000000 3\n2.5%", "1000000 3\n2.50")]
    [InlineData(RoyaltyBase.GrossSales, "100万：3；5000000 2；1", "1000000 3\n5000000 2\n1")]
    [InlineData(RoyaltyBase.Units, "1000 2.50\n2", "1000 2.50\n2")]
    [InlineData(RoyaltyBase.Units, "1000.5 2\n1", null)]
    [InlineData(RoyaltyBase.NetSales, "1 2 3", null)]
    [InlineData(RoyaltyBase.NetSales, "three", null)]
    [InlineData(RoyaltyBase.NetSales, "", "")]
    public void Bands_are_read_as_people_write_them(RoyaltyBase on, string text, string? written)
    {
        var bands = RoyaltyBands.Read(text, on);
        Assert.Equal(written, bands.Done ? RoyaltyBands.Write(bands.Value, on) : null);
        if (written is not null) Assert.Equal(bands.Value, RoyaltyBands.Read(written, on).Value);
    }

    private static string Faults(IEnumerable<Fault> faults) => string.Join(", ", faults.Select(f => $"{f.Field} {f.Why}"));

    private static AnnouncedPlan Plan(string kind, string parts)
    {
        var royalty = parts.EndsWith(" royalty", StringComparison.Ordinal);
        return new AnnouncedPlan(Enum.Parse<PlanKind>(kind))
        {
            Royalty = royalty ? Royalty : null,
            Parts =
            [
                .. parts.Replace(" royalty", "", StringComparison.Ordinal).Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split(' ')).Select(p => new AnnouncedPart(
                    int.Parse(p[0], null),
                    new Period(int.Parse(p[1][..^1], null), p[1][^1] switch { 'w' => PeriodUnit.WorkingDays, 'd' => PeriodUnit.Days, _ => PeriodUnit.Months }),
                    p[2][0] switch { 'R' => PartRelease.Registration, 'A' => PartRelease.Acceptance, _ => PartRelease.Milestone },
                    p[2].Length > 1 ? p[2][1..] : null)),
            ],
        };
    }
}
