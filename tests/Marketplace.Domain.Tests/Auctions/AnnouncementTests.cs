using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Domain.Tests.Auctions;

public sealed class AnnouncementTests
{
    // Tuesday, 24 November 2026, 10:00 in Beijing.
    private static readonly DateTimeOffset Published = new(2026, 11, 24, 2, 0, 0, TimeSpan.Zero);
    private static readonly LotFacts Facts = new([], [], PublicFunds: false);

    [Theory]
    [InlineData("2026-11-24T02:00:00.000000Z", 7, "2026-12-01T16:00:00.000000Z")] // last day Tuesday 1 December, 24:00
    [InlineData("2026-11-24T15:59:59.999999Z", 7, "2026-12-01T16:00:00.000000Z")] // one microsecond before midnight: the same
    [InlineData("2026-11-24T16:00:00.000000Z", 7, "2026-12-02T16:00:00.000000Z")] // midnight: a day later
    [InlineData("2026-11-21T02:00:00.000000Z", 7, "2026-11-30T16:00:00.000000Z")] // last day Saturday: moved to Monday
    [InlineData("2026-11-22T02:00:00.000000Z", 7, "2026-11-30T16:00:00.000000Z")] // last day Sunday: moved to Monday
    [InlineData("2026-11-24T02:00:00.000000Z", 1, "2026-11-25T16:00:00.000000Z")]
    public void Statutory_days_run_from_the_day_after_to_midnight_past_days_of_rest(string published, int days, string end)
    {
        Assert.True(Instant.TryRead(published, out var at));
        Assert.Equal(end, Instant.Write(StatutoryDays.EndOf(at, days)));
    }

    [Fact]
    public void A_holiday_list_replaces_the_weekend()
    {
        var end = StatutoryDays.EndOf(Published, 7, day => day == new DateOnly(2026, 12, 1) || day == new DateOnly(2026, 12, 2));
        Assert.Equal(new DateOnly(2026, 12, 4), StatutoryDays.DayOf(end));
    }

    [Theory]
    [InlineData(5_000_000, true)]
    [InlineData(20_000_000, true)]
    [InlineData(4_999_999, false)]
    [InlineData(20_000_001, false)]
    [InlineData(0, false)]
    public void A_deposit_is_5_to_20_percent_of_the_start_price(long deposit, bool good) =>
        Assert.Equal(good, Announcement.IsDepositInRange(100_000_000, deposit));

    [Fact]
    public void A_complete_announcement_is_published_and_its_bytes_never_change()
    {
        var announcement = Good();
        Assert.True(announcement.Check(Facts, null).Done);
        Assert.Equal(announcement.Bytes(), Good().Bytes());
        // Pinned: what was announced once must have the same hash for ever.
        var hash = Announcement.HashOf(announcement.Bytes());
        Assert.True(hash == Pinned, hash);
    }

    [Fact]
    public void Every_term_is_part_of_the_hash()
    {
        var hash = Announcement.HashOf(Good().Bytes());
        Announcement[] others =
        [
            Good() with { Deliverables = "图纸" },
            Good() with { ContractSha256 = new string('d', 64) },
            Good() with { TaxIncluded = false },
            Good() with { Dossier = new AnnouncedDossier(Dossier.CurrentText, new string('e', 64), 5, [new AnnouncedFile(1, "图纸", new string('f', 64))]) },
            Good() with { Dossier = new AnnouncedDossier(Dossier.CurrentText, new string('e', 64), 6, [new AnnouncedFile(1, "图纸", new string('f', 64))]) },
            Good() with { BuyerNameConfidential = true },
            Good() with { Payment = AnnouncedPlan.Default(transfersPatent: true) },
            Good() with { Invoice = InvoiceKind.FiscalReceipt },
            Good() with { StampDuty = Bearer.Buyer },
            Good() with { RegistrationFees = Bearer.Seller },
            Good() with { PlatformFeeBasisPoints = 1 },
            Good() with { PledgeSha256 = new string('e', 64) },
            Good() with { Conditions = BuyerConditions.TrackRecord },
            Good() with { Terms = Good().Terms with { SoftCloseSeconds = 299 } },
            Good() with { Gates = [.. Good().Gates.Select(g => g with { Date = g.Date!.Value.AddDays(-1) })] },
        ];
        Assert.All(others, other => Assert.NotEqual(hash, Announcement.HashOf(other.Bytes())));
    }

    [Fact]
    public void A_payment_other_than_the_default_stands_in_the_bytes_as_it_was_announced()
    {
        var plan = new AnnouncedPlan(PlanKind.Instalments)
        {
            Parts = [new AnnouncedPart(3000, new Period(5, PeriodUnit.WorkingDays), PartRelease.Registration), new AnnouncedPart(7000, new Period(6, PeriodUnit.Months), PartRelease.Milestone, "中试完成")],
        };
        var text = System.Text.Encoding.UTF8.GetString((Good() with { Payment = plan }).Bytes());
        Assert.Contains("""payment":{"kind":"Instalments","parts":[{"shareBp":3000,"due":5,"unit":"WorkingDays","release":"Registration"},{"shareBp":7000,"due":6,"unit":"Months","release":"Milestone","milestone":"中试完成"}]},"pledge""", text, StringComparison.Ordinal);
        Assert.True((Good() with { Payment = plan }).Check(Facts, null).Done);
        var unsound = (Good() with { Payment = plan with { Parts = [plan.Parts[0], plan.Parts[1] with { Due = new Period(13, PeriodUnit.Months) }] } }).Check(Facts, null);
        Assert.Equal((Refusal.PartDueInvalid, "payment.parts[1].due"), (unsound.Refusal!.Value, unsound.Detail));
    }

    [Fact]
    public void What_is_wrong_is_refused_by_name_in_a_fixed_order()
    {
        var bad = Good() with { Gates = [], ContractSha256 = "", Deliverables = "", Terms = Good().Terms with { DepositFen = 1, OpensAt = Published } };
        Assert.Equal(Refusal.LotGateOpen, bad.Check(Facts, null).Refusal);
        bad = bad with { Gates = Good().Gates };
        Assert.Equal((Refusal.Required, "contract"), (bad.Check(Facts, null).Refusal!.Value, bad.Check(Facts, null).Detail));
        bad = bad with { ContractSha256 = new string('c', 64) };
        Assert.Equal((Refusal.Required, "deliverables"), (bad.Check(Facts, null).Refusal!.Value, bad.Check(Facts, null).Detail));
        bad = bad with { Deliverables = "图纸" };
        Assert.Equal(Refusal.DepositOutOfRange, bad.Check(Facts, null).Refusal);
        bad = bad with { Terms = bad.Terms with { DepositFen = 10_000_000 } };
        Assert.Equal(Refusal.NoticeTooShort, bad.Check(Facts, null).Refusal);
        bad = bad with { Terms = Good().Terms, ApplyUntil = Good().Terms.OpensAt.AddTicks(10) };
        Assert.Equal(Refusal.SessionTimesInvalid, bad.Check(Facts, null).Refusal);
        bad = bad with { ApplyUntil = Good().ApplyUntil };
        Assert.Equal((Refusal.TermsInvalid, "reserveFen"), (bad.Check(Facts, 1).Refusal!.Value, bad.Check(Facts, 1).Detail));
    }

    [Fact]
    public void Seconds_of_notice_are_for_the_demonstration_profile_only()
    {
        Assert.True(Announcement.NoticeEnd(SessionProfile.Demo, Published) < Published.AddMinutes(1));
        Assert.Equal(StatutoryDays.EndOf(Published, 7), Announcement.NoticeEnd(SessionProfile.Standard, Published));
        Assert.Equal(StatutoryDays.EndOf(Published, 15), Announcement.NoticeEnd(SessionProfile.LongNotice, Published));
    }

    [Theory]
    [InlineData("10000", "0 10000")]
    [InlineData("0 10000\n1,000,000 20,000", "0 10000\n1000000 20000")]
    [InlineData("0：5000；500000：10000.50", "0 5000\n500000 10000.50")]
    [InlineData("5 10000", null)]
    [InlineData("0 10000\n0 20000", null)]
    [InlineData("0 0", null)]
    [InlineData("0 -1", null)]
    [InlineData("0 1.001", null)]
    [InlineData("", null)]
    [InlineData("一档", null)]
    public void A_ladder_is_read_as_people_write_it(string text, string? written)
    {
        var ladder = Ladder.Read(text);
        Assert.Equal(written, ladder.Done ? Ladder.Write(ladder.Value) : null);
        if (written is not null) Assert.Equal(ladder.Value, Ladder.Read(written).Value);
    }

    private const string Pinned = "b78cfd557f763f5db842b3def9acc37e681a40dafa8319806f02d2d1fd812e33";

    private static Announcement Good()
    {
        var opens = StatutoryDays.EndOf(Published, 7).AddHours(10);
        GateAnswer A(Gate gate) => new(gate, "", new string('a', 64), "证明.pdf", "来源", new DateOnly(2026, 11, 20));
        return new Announcement
        {
            Auction = "ZJP-2026-TEST22",
            PublishedAt = Published,
            NoticeEndsAt = StatutoryDays.EndOf(Published, 7),
            ApplyUntil = opens.AddHours(-17),
            Session = "高新区拍 · 智能制造专场",
            Achievement = new Guid("00000000-0000-0000-0000-000000000001"),
            Title = "耐高温压力传感器",
            Seller = "钱江理工大学",
            Right = RightOffered.Assignment,
            Conditions = BuyerConditions.DomesticLegalPerson,
            Deliverables = "专利权、图纸、3 日培训",
            ContractSha256 = new string('c', 64),
            ContractName = "合同.docx",
            TaxIncluded = true,
            Invoice = InvoiceKind.SpecialVat,
            StampDuty = Bearer.EachItsOwn,
            RegistrationFees = Bearer.Buyer,
            PlatformFeeBasisPoints = 0,
            PlatformFeeBy = Bearer.Seller,
            PledgeSha256 = new string('b', 64),
            Terms = new Terms
            {
                Auction = "ZJP-2026-TEST22",
                StartPriceFen = 100_000_000,
                Steps = [new Step(0, 1_000_000)],
                OpensAt = opens,
                EndsAt = opens.AddHours(1),
                SoftCloseSeconds = 300,
                DepositFen = 10_000_000,
            },
            Gates =
            [
                A(Gate.RightHolder), A(Gate.LegalStatus) with { Status = IpStatus.InForce, Expires = new DateOnly(2036, 1, 1) }, A(Gate.NotClassified),
                A(Gate.ExistingLicences), A(Gate.PriorityHolders), A(Gate.BasePrice) with { AmountFen = 100_000_000 }, A(Gate.UnitDecision),
            ],
        };
    }
}
