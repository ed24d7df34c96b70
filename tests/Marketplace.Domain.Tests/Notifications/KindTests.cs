using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Tests.Notifications;

/// <summary>The whole table of kinds: which group, who reads it, whether it leaves the market by name. A new kind without a line here fails.</summary>
public sealed class KindTests
{
    // sealed: outside the market it names nothing.            University Enterprise Agency AuctionHouse ServiceProvider Notary Authority Operator
    private const string Table = """
        Outbid                Bidding     sealed   ·     OSG  OS ·  ·  ·  ·  ·
        OpeningSoon           Deadline    sealed   ·     OSG  OS ·  ·  ·  ·  ·
        ClosingSoon           Deadline    sealed   ·     OSG  OS ·  ·  ·  ·  ·
        ApplicationAdmitted   Result      sealed   ·     OSG  ·  ·  ·  ·  ·  ·
        ApplicationRefused    Result      sealed   ·     OSG  ·  ·  ·  ·  ·  ·
        PaddleSuspended       Suspension  sealed   ·     OSG  OS ·  ·  ·  ·  ·
        LotWon                Result      sealed   ·     OSG  OS ·  ·  ·  ·  ·
        LotNotWon             Result      sealed   ·     OSG  OS ·  ·  ·  ·  ·
        SecondWaits           Result      sealed   ·     OSG  OS ·  ·  ·  ·  ·
        SecondOffered         Deadline    sealed   ·     OSG  ·  ·  ·  ·  ·  ·
        AgencyAppointed       Bidding     sealed   ·     ·    OS ·  ·  ·  ·  ·
        AgencyEnded           Bidding     sealed   ·     OSG  OS ·  ·  ·  ·  ·
        LotPaused             Suspension  sealed   OS    OSG  OS ·  ·  ·  ·  ·
        LotSold               Result      sealed   OS    ·    ·  ·  ·  ·  ·  ·
        LotUnsold             Result      sealed   OS    OSG  OS ·  ·  ·  ·  ·
        LotCancelled          Result      sealed   OS    OSG  OS ·  ·  ·  ·  ·
        ResultUndone          Result      sealed   OS    OSG  OS ·  ·  ·  ·  ·
        DepositCredited       Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        DepositReversed       Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        DepositFrozen         Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        DepositReleased       Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        DepositOffset         Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        DepositForfeited      Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        PaymentOwed           Deadline    sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        PaymentMade           Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        ReleaseClaimed        Deadline    sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        ReleaseObjected       Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        MoneyReleased         Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        MoneyRefunded         Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        PayoutAsked           Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        PayoutMade            Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        PayoutFailed          Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        CardDisputed          Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        CardDisputeWon        Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        CardDisputeLost       Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        ReleaseStopped        Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        ReleaseGoesOn         Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        PaymentTakenBack      Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        InvoiceIssued         Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        InvoiceNumbered       Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        GuaranteeConfirmed    Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        GuaranteeRefused      Deposit     sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        GuaranteeExpires      Deadline    sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        OpeningsWait          Deadline    named    ·     ·    ·  ·  ·  ·  ·  OS
        GuaranteeToExtend     Deadline    named    ·     ·    ·  ·  ·  ·  ·  OS
        SigningWaiting        Signing     sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        StepWaiting           Deadline    sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        StepDueSoon           Deadline    sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        StepOverdue           Deadline    sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        PaymentDueSoon        Deadline    sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        PaymentOverdue        Deadline    sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        DealEnded             Result      sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        RoyaltyDueSoon        Deadline    sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        InspectionAsked       Deadline    sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        InspectionScheduled   Deadline    sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        InspectionReported    Deadline    sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        InspectionWithdrawn   Result      sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        RoyaltyDeclared       Result      sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        InspectionDisputed    Result      sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        RoyaltyOverdue        Deadline    sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        RoyaltyCharged        Deadline    sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        InspectionSettled     Result      sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        OrganisationAccepted  Result      named    O     O    O  O  O  O  O  O
        OrganisationRejected  Result      named    O     O    O  O  O  O  O  O
        AchievementPublished  Result      named    OS    ·    ·  ·  ·  ·  ·  ·
        AchievementReturned   Result      named    OS    ·    ·  ·  ·  ·  ·  ·
        AchievementDelisted   Result      named    OS    ·    ·  ·  ·  ·  ·  ·
        DemandPublished       Result      sealed   ·     OS   ·  ·  ·  ·  ·  ·
        DemandReturned        Result      sealed   ·     OS   ·  ·  ·  ·  ·  ·
        ResponseCame          Matching    sealed   ·     OS   ·  ·  ·  ·  ·  ·
        ResponseWithdrawn     Matching    sealed   ·     OS   ·  ·  ·  ·  ·  ·
        DemandToDecide        Matching    sealed   ·     OS   ·  ·  ·  ·  ·  ·
        ChoiceReopened        Result      sealed   OS    OS   ·  ·  ·  ·  ·  ·
        ResultNoticeOver      Result      sealed   OS    OS   ·  ·  ·  ·  ·  ·
        DemandEnded           Result      sealed   OS    OS   ·  ·  ·  ·  ·  ·
        ResponseToConfirm     Deadline    sealed   OS    OS   ·  ·  ·  ·  ·  ·
        ResponseChosen        Result      sealed   OS    OS   ·  ·  ·  ·  ·  ·
        ResponseNotChosen     Result      sealed   OS    OS   ·  ·  ·  ·  ·  ·
        LaneDecided           Result      sealed   OS    OS   ·  ·  ·  ·  ·  ·
        ResponseByAgency      Result      sealed   OS    OS   ·  ·  ·  ·  ·  ·
        ServiceListed         Result      named    OS    OS   OS ·  OS OS ·  ·
        ServiceReturned       Result      named    OS    OS   OS ·  OS OS ·  ·
        ServiceDelisted       Result      named    OS    OS   OS ·  OS OS ·  ·
        IntroductionProposed  Matching    sealed   OSG   OSG  ·  ·  ·  ·  ·  ·
        IntroductionAnswered  Matching    sealed   OSG   OSG  OS ·  ·  ·  ·  ·
        IntroductionConfirmed Result      sealed   OSG   OSG  OS ·  ·  ·  ·  ·
        IntroductionEnded     Matching    sealed   OSG   OSG  OS ·  ·  ·  ·  ·
        FeeFound              Result      sealed   OSG   OSG  OS ·  ·  ·  ·  ·
        FeeFindingEnded       Result      sealed   OSG   OSG  OS ·  ·  ·  ·  ·
        FeeProposed           Result      sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        FeeAgreed             Result      sealed   OSG   OSG  OSG ·  ·  ·  ·  ·
        IntroductionOpened    Matching    sealed   ·     ·    OS ·  ·  ·  ·  ·
        ClaimUpheld           Result      sealed   ·     ·    OS ·  ·  ·  ·  ·
        ClaimRefused          Result      sealed   ·     ·    OS ·  ·  ·  ·  ·
        SavedSearchFound      SavedSearch named    ·     ·    ·  ·  ·  ·  ·  ·
        """;

    private static readonly (MemberRole Role, char Letter)[] Roles =
        [(MemberRole.Owner, 'O'), (MemberRole.Staff, 'S'), (MemberRole.Researcher, 'R'), (MemberRole.Signatory, 'G'), (MemberRole.Auctioneer, 'A'), (MemberRole.Recorder, 'K'), (MemberRole.CheckInClerk, 'C')];

    [Fact]
    public void The_table_is_this_one()
    {
        var lines = Table.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(lines, NoticeKinds.All.Select(Line));

        static string Line(NoticeKind kind) =>
            $"{kind} {NoticeKinds.GroupOf(kind)} {(NoticeKinds.IsSealed(kind) ? "sealed" : "named")} {string.Join(' ', Enum.GetValues<OrganisationKind>().Select(o => Letters(kind, o)))}";

        static string Letters(NoticeKind kind, OrganisationKind organisation) =>
            string.Concat(Roles.Where(r => NoticeKinds.IsFor(kind, organisation, r.Role)).Select(r => r.Letter)) is { Length: > 0 } letters ? letters : "·";
    }

    [Fact]
    public void An_operator_is_told_of_no_lot() =>
        Assert.All(
            NoticeKinds.All.Where(NoticeKinds.IsSealed),
            kind => Assert.DoesNotContain(Enum.GetValues<MemberRole>(), role => NoticeKinds.IsFor(kind, OrganisationKind.Operator, role) || NoticeKinds.IsFor(kind, OrganisationKind.AuctionHouse, role)));

    public static TheoryData<NoticeKind, NoticeChannel> KindsByChannel
    {
        get
        {
            var all = new TheoryData<NoticeKind, NoticeChannel>();
            foreach (var kind in NoticeKinds.All)
            {
                foreach (var channel in Enum.GetValues<NoticeChannel>()) all.Add(kind, channel);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(KindsByChannel))]
    public void What_binds_comes_in_app_and_by_mail_whatever_was_chosen(NoticeKind kind, NoticeChannel channel)
    {
        var group = NoticeKinds.GroupOf(kind);
        var binds = group is not (NoticeGroup.Matching or NoticeGroup.SavedSearch);
        var locked = binds && channel is NoticeChannel.InApp or NoticeChannel.Mail && binds;
        Assert.Equal(locked, Switches.IsLocked(group, channel));
        Assert.Equal(locked, Switches.IsOn(group, channel, false));
        Assert.True(Switches.IsOn(group, channel, true));
        // A text message costs somebody money: what does not bind comes by it only when it was asked for.
        Assert.Equal(channel is not NoticeChannel.Sms || binds, Switches.IsOn(group, channel, null));
    }
}
