using System.Collections.Immutable;
using Marketplace.Domain.Auctions;

namespace Marketplace.Domain.Tests.Auctions;

public sealed class LotGateTests
{
    private static readonly DateOnly Today = new(2026, 11, 24);
    private static readonly DateOnly Expiry = new(2036, 4, 19);
    private static readonly LotFacts Facts = new(["兰溪新材料研究院"], [new("罗某某", PriorityGround.Completer), new("彭某某", PriorityGround.Completer)], PublicFunds: true);
    private static readonly LotOffer Transfer = new(RightOffered.Assignment, null, 90_000_000);

    private static readonly ImmutableArray<GateAnswer> Complete =
    [
        A(Gate.RightHolder) with { Source = "专利登记簿" },
        A(Gate.CoOwnerConsent, "兰溪新材料研究院"),
        A(Gate.LegalStatus) with { Source = "专利公报", Status = IpStatus.InForce, Expires = Expiry },
        A(Gate.NotClassified),
        A(Gate.ExistingLicences),
        A(Gate.PriorityHolders, "罗某某") with { Date = Today.AddDays(-3), Holder = new HolderNotice(NoticeService.Delivered) },
        A(Gate.PriorityHolders, "彭某某") with { Date = Today.AddDays(-3), Holder = new HolderNotice(NoticeService.Delivered, HolderAnswer.Waives, Today) },
        A(Gate.PublicFundsReport),
        A(Gate.BasePrice) with { AmountFen = 86_000_000, AppraisalFen = 82_000_000 },
        A(Gate.UnitDecision) with { Source = "校长办公会" },
    ];

    [Fact]
    public void Every_gate_answered_with_a_file_lets_the_lot_through() => Assert.Empty(LotGates.Check(Facts, Transfer, Complete, Today));

    [Fact]
    public void Nothing_answered_names_every_gate_and_every_party_once()
    {
        var findings = LotGates.Check(Facts, Transfer, [], Today);
        Assert.Equal(Complete.Select(a => (a.Gate, a.Party, GateFault.Missing)), findings.Select(f => (f.Gate, f.Party, f.Fault)));
    }

    // Rule test 4 of domain.md §5.
    [Theory]
    [InlineData(RightOffered.Assignment, true)]
    [InlineData(RightOffered.ExclusiveLicence, true)]
    [InlineData(RightOffered.SoleLicence, true)]
    [InlineData(RightOffered.OrdinaryLicence, false)]
    public void A_co_owner_who_did_not_consent_blocks_all_but_an_ordinary_licence(RightOffered right, bool blocked)
    {
        var offer = new LotOffer(right, right == RightOffered.Assignment ? null : Expiry, 90_000_000);
        var findings = LotGates.Check(Facts, offer, Without(Gate.CoOwnerConsent), Today);
        Assert.Equal(blocked, findings.Contains(new GateFinding(Gate.CoOwnerConsent, "兰溪新材料研究院", GateFault.Missing)));
        Assert.Equal(blocked ? 1 : 0, findings.Length);
    }

    [Fact]
    public void One_consent_of_two_is_not_enough()
    {
        var facts = Facts with { CoOwners = ["兰溪新材料研究院", "瓯江工学院"] };
        Assert.Equal([new GateFinding(Gate.CoOwnerConsent, "瓯江工学院", GateFault.Missing)], LotGates.Check(facts, Transfer, Complete, Today));
    }

    // Rule test 5 of domain.md §5.
    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    [InlineData(1, GateFault.LicenceBeyondLife)]
    [InlineData(null, GateFault.NoLicenceEnd)]
    public void A_licence_ends_with_the_patent_or_before(int? daysAfterExpiry, GateFault? fault)
    {
        var offer = new LotOffer(RightOffered.OrdinaryLicence, daysAfterExpiry is { } days ? Expiry.AddDays(days) : null, 90_000_000);
        Assert.Equal(fault, Found(LotGates.Check(Facts, offer, Complete, Today), Gate.LegalStatus));
    }

    [Theory]
    [InlineData(IpStatus.LateFee, null)]
    [InlineData(IpStatus.Pending, null)]
    [InlineData(IpStatus.NotRegistered, null)]
    [InlineData(IpStatus.Lapsed, GateFault.NotInForce)]
    [InlineData(null, GateFault.NoStatus)]
    public void A_late_fee_is_a_state_and_a_lapsed_right_a_block(IpStatus? status, GateFault? fault) =>
        Assert.Equal(fault, Found(With(Gate.LegalStatus, a => a with { Status = status }), Gate.LegalStatus));

    [Fact]
    public void Life_must_be_said_and_not_over()
    {
        Assert.Equal(GateFault.NoExpiry, Found(With(Gate.LegalStatus, a => a with { Expires = null }), Gate.LegalStatus));
        Assert.Equal(GateFault.Expired, Found(With(Gate.LegalStatus, a => a with { Expires = Today.AddDays(-1) }), Gate.LegalStatus));
        Assert.Null(Found(With(Gate.LegalStatus, a => a with { Expires = Today }), Gate.LegalStatus));
    }

    [Fact]
    public void A_word_without_a_file_a_date_or_a_source_does_not_count()
    {
        Assert.Equal(GateFault.NoFile, Found(With(Gate.NotClassified, a => a with { FileSha256 = null }), Gate.NotClassified));
        Assert.Equal(GateFault.NoDate, Found(With(Gate.NotClassified, a => a with { Date = null }), Gate.NotClassified));
        Assert.Equal(GateFault.DateInFuture, Found(With(Gate.NotClassified, a => a with { Date = Today.AddDays(1) }), Gate.NotClassified));
        Assert.Equal(GateFault.NoSource, Found(With(Gate.LegalStatus, a => a with { Source = " " }), Gate.LegalStatus));
        Assert.Equal(GateFault.NoSource, Found(With(Gate.UnitDecision, a => a with { Source = null }), Gate.UnitDecision));
    }

    [Theory]
    [InlineData(86_000_000L, null, null)]
    [InlineData(90_000_001L, null, GateFault.StartBelowBase)]
    [InlineData(null, null, GateFault.NoAmount)]
    [InlineData(0L, null, GateFault.NoAmount)]
    [InlineData(86_000_000L, 128_571_428L, null)]
    [InlineData(86_000_000L, 128_571_429L, GateFault.StartBelowAppraisal)]
    public void The_start_price_stands_on_the_base_price_and_70_percent_of_an_appraisal(long? basis, long? appraisal, GateFault? fault) =>
        Assert.Equal(fault, Found(With(Gate.BasePrice, a => a with { AmountFen = basis, AppraisalFen = appraisal }), Gate.BasePrice));

    [Fact]
    public void Priority_holders_are_asked_for_a_transfer_only_and_their_absence_is_signed_too()
    {
        Assert.DoesNotContain(LotGates.Asked(Facts, RightOffered.ExclusiveLicence), a => a.Gate == Gate.PriorityHolders);
        Assert.Contains((Gate.PriorityHolders, ""), LotGates.Asked(Facts with { PriorityHolders = [] }, RightOffered.Assignment));
    }

    [Fact]
    public void Private_money_needs_no_report() => Assert.DoesNotContain(LotGates.Asked(Facts with { PublicFunds = false }, RightOffered.Assignment), a => a.Gate == Gate.PublicFundsReport);

    private static GateAnswer A(Gate gate, string party = "") => new(gate, party, new string('a', 64), "证明.pdf", null, Today.AddDays(-1));

    [Theory]
    [InlineData(NoticeService.Delivered, 3, true, null)]
    [InlineData(NoticeService.Delivered, 2, true, GateFault.NoticeTooLate)]
    [InlineData(NoticeService.Delivered, 3, false, GateFault.NoFile)]
    [InlineData(NoticeService.Published, 5, true, null)]
    [InlineData(NoticeService.Published, 4, true, GateFault.NoticeTooLate)]
    [InlineData(NoticeService.Unproven, 0, false, null)]
    [InlineData(null, 9, true, GateFault.NoService)]
    public void A_holder_of_priority_is_told_in_time_and_with_proof_or_waited_for_afterwards(NoticeService? service, int daysAgo, bool paper, GateFault? fault) =>
        Assert.Equal(fault, Found(Holder(a => a with { Date = Today.AddDays(-daysAgo), FileSha256 = paper ? a.FileSha256 : null, Holder = new HolderNotice(service) }), Gate.PriorityHolders));

    [Theory]
    [InlineData(IpStatus.InForce, GateFault.OnlyForApplications)]
    [InlineData(IpStatus.NotRegistered, GateFault.OnlyForApplications)]
    [InlineData(IpStatus.Pending, null)]
    public void Who_ordered_the_development_has_priority_only_where_an_application_is_sold(IpStatus status, GateFault? fault)
    {
        var facts = Facts with { PriorityHolders = [new("罗某某", PriorityGround.Commissioner), .. Facts.PriorityHolders[1..]] };
        ImmutableArray<GateAnswer> answers = [.. Complete.Select(a => a.Gate == Gate.LegalStatus ? a with { Status = status } : a)];
        Assert.Equal(fault, Found(LotGates.Check(facts, Transfer, answers, Today), Gate.PriorityHolders));
    }

    [Fact]
    public void An_answer_has_its_day()
    {
        Assert.Equal(GateFault.NoAnswerDate, Found(Holder(a => a with { Holder = a.Holder! with { Answer = HolderAnswer.Waives, AnsweredOn = null } }), Gate.PriorityHolders));
        Assert.Equal(GateFault.DateInFuture, Found(Holder(a => a with { Holder = a.Holder! with { Answer = HolderAnswer.TakesPart, AnsweredOn = Today.AddDays(1) } }), Gate.PriorityHolders));
    }

    private static ImmutableArray<GateFinding> Holder(Func<GateAnswer, GateAnswer> change) =>
        LotGates.Check(Facts, Transfer, [.. Complete.Select(a => a.Party == "罗某某" ? change(a) : a)], Today);

    private static ImmutableArray<GateAnswer> Without(Gate gate) => [.. Complete.Where(a => a.Gate != gate)];

    private static ImmutableArray<GateFinding> With(Gate gate, Func<GateAnswer, GateAnswer> change) =>
        LotGates.Check(Facts, Transfer, [.. Complete.Select(a => a.Gate == gate ? change(a) : a)], Today);

    private static GateFault? Found(ImmutableArray<GateFinding> findings, Gate gate) => findings.Where(f => f.Gate == gate).Select(f => (GateFault?)f.Fault).FirstOrDefault();
}
