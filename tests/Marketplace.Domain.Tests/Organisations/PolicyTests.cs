using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Tests.Organisations;

/// <summary>The whole table of who may do what. A new act or kind without a line here fails.</summary>
public sealed class PolicyTests
{
    // One letter for each role that may: O owner, S staff, R researcher, G signatory, A auctioneer, K recorder, C check-in clerk; · for none.
    // Kinds:                       University Enterprise Agency AuctionHouse ServiceProvider Notary Authority Operator
    private const string Grid = """
        ManageMembers               O          O          O      O            O               O      O         O
        EditOrganisation            O          O          O      O            O               O      O         O
        VerifyOrganisation          ·          ·          ·      ·            ·               ·      ·         OS
        DeclareRelated              O          O          O      ·            ·               ·      ·         O
        ReadReads                   ·          ·          ·      ·            ·               ·      ·         O
        ReadRegisteredTier          OSRG       OSRG       OSRG   OSRGAKC      OSRG            OSRG   OSRG      OSRG
        Disclose                    OSRG       ·          ·      ·            ·               ·      ·         ·
        DecideDisclosure            OS         ·          ·      ·            ·               ·      ·         ·
        WriteAchievement            OS         ·          ·      ·            ·               ·      ·         ·
        ReviewAchievement           ·          ·          ·      ·            ·               ·      ·         OS
        WriteDemand                 ·          OS         ·      ·            ·               ·      ·         ·
        DecideDemand                ·          OS         ·      ·            ·               ·      ·         ·
        PromiseReward               ·          G          ·      ·            ·               ·      ·         ·
        RespondToDemand             OS         OS         ·      ·            ·               ·      ·         ·
        TakeBackResponse            OS         OS         ·      ·            ·               ·      ·         ·
        GradeDemand                 ·          ·          OS     ·            ·               ·      ·         ·
        ReviewDemand                ·          ·          ·      ·            ·               ·      ·         OS
        WriteService                OS         OS         OS     ·            OS              OS     ·         ·
        ReviewService               ·          ·          ·      ·            ·               ·      ·         OS
        OfferLot                    OS         ·          ·      ·            ·               ·      ·         ·
        BuildSession                ·          ·          ·      ·            ·               ·      ·         OS
        AnnounceLot                 ·          ·          ·      ·            ·               ·      ·         OS
        CheckQualification          ·          ·          ·      ·            ·               ·      ·         OS
        SetBreakpoint               ·          ·          ·      ·            ·               ·      ·         OS
        PauseAuction                ·          ·          ·      ·            ·               ·      OS        OS
        CancelLot                   ·          ·          ·      ·            ·               ·      ·         OS
        VoidResult                  ·          ·          ·      ·            ·               ·      ·         OS
        RecordDefault               ·          ·          ·      ·            ·               ·      ·         OS
        AnswerSecondOffer           ·          G          ·      ·            ·               ·      ·         ·
        ApplyToBid                  ·          OSG        ·      ·            ·               ·      ·         ·
        SetCeiling                  ·          G          ·      ·            ·               ·      ·         ·
        PlaceBid                    ·          OSG        ·      ·            ·               ·      ·         ·
        BidForClient                ·          ·          OS     ·            ·               ·      ·         ·
        AskQuestion                 OSRG       OSRG       OSRG   OSRG         OSRG            OSRG   OSRG      ·
        AnswerQuestion              OS         ·          ·      ·            ·               ·      ·         ·
        WithdrawQuestion            ·          ·          ·      ·            ·               ·      ·         OS
        SealOffer                   ·          G          ·      ·            ·               ·      ·         ·
        KeepOpeningKey              G          ·          ·      ·            ·               G      ·         G
        JoinRehearsal               OSRG       OSRG       OSRG   OSRGAKC      OSRG            OSRG   OSRG      OSRG
        KeepDossier                 OS         ·          ·      ·            ·               ·      ·         ·
        SignNda                     ·          G          ·      ·            ·               ·      ·         ·
        ReadDossier                 ·          OSRG       ·      ·            ·               ·      ·         ·
        OverseeDossiers             ·          ·          ·      ·            ·               ·      ·         OS
        KeepMandates                OSG        OSG        OSG    ·            ·               ·      ·         ·
        SignMandate                 G          G          G      ·            ·               ·      ·         ·
        KeepBrokers                 ·          ·          OS     ·            ·               ·      ·         ·
        ConfirmBrokers              ·          ·          ·      ·            ·               ·      ·         OS
        Introduce                   ·          ·          OS     ·            ·               ·      ·         ·
        AnswerIntroduction          OSG        OSG        ·      ·            ·               ·      ·         ·
        DecideClaims                ·          ·          ·      ·            ·               ·      ·         OS
        ReadDemandRecommendations   ·          OS         ·      ·            ·               ·      ·         ·
        ReadAchievementRecommendations OS      ·          ·      ·            ·               ·      ·         ·
        JudgeRecommendations        ·          OS         ·      ·            ·               ·      ·         ·
        SeeHall                     ·          ·          ·      OSAKC        ·               ·      ·         ·
        ArrangeHall                 ·          ·          ·      OS           ·               ·      ·         ·
        RunHall                     ·          ·          ·      A            ·               ·      ·         ·
        KeepHallRecord              ·          ·          ·      K            ·               ·      ·         ·
        CheckInBidders              ·          ·          ·      C            ·               ·      ·         ·
        ReadOwnAccount              OSG        OSG        OSG    ·            ·               ·      ·         ·
        FreezeDeposit               ·          OSG        ·      ·            ·               ·      ·         ·
        PayOwed                     OSG        OSG        OSG    ·            ·               ·      ·         ·
        IssueInvoice                OSG        OSG        OSG    ·            ·               ·      ·         ·
        AgreeRelease                OG         OG         OG     ·            ·               ·      ·         ·
        AskPayout                   OG         OG         OG     ·            ·               ·      ·         ·
        OverseeSettlement           ·          ·          ·      ·            ·               ·      ·         OS
        ConfirmBankCredit           ·          ·          ·      ·            ·               ·      ·         OS
        ReadDeal                    OSG        OSG        ·      ·            ·               ·      ·         ·
        DoDealStep                  OSG        OSG        ·      ·            ·               ·      ·         ·
        InspectDeal                 ·          ·          ·      ·            ·               ·      ·         OS
        SeeOperations               ·          ·          ·      ·            ·               ·      ·         OS
        """;

    private static readonly OrganisationKind[] Kinds = Enum.GetValues<OrganisationKind>();

    private static readonly ImmutableDictionary<Act, string[]> Table = Grid.Split('\n')
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        .ToImmutableDictionary(words => Enum.Parse<Act>(words[0]), words => words[1..]);

    public static TheoryData<Act> Acts => [.. Enum.GetValues<Act>()];

    [Fact]
    public void Every_act_has_a_line_and_every_kind_a_column()
    {
        Assert.Equal(Enum.GetValues<Act>().Order(), Table.Keys.Order());
        Assert.All(Table.Values, columns => Assert.Equal(Kinds.Length, columns.Length));
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public void A_role_may_do_what_the_table_says_and_nothing_else(Act act)
    {
        foreach (var (kind, column) in Kinds.Zip(Table[act]))
        {
            foreach (var role in Enum.GetValues<MemberRole>())
            {
                var expected = column.Contains(Letter(role), StringComparison.Ordinal);
                var answer = Policy.Check(Of(Member(kind, role)), act);
                Assert.True(expected == answer.Done, $"{kind} {role} {act}: {answer.Refusal}");
                if (!expected) Assert.Equal(Refusal.NotAllowed, answer.Refusal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public void Nobody_acts_without_an_account_or_without_a_membership(Act act)
    {
        Assert.Equal(Refusal.NotSignedIn, Policy.Check(Actor.Visitor, act).Refusal);
        Assert.Equal(Refusal.NotAllowed, Policy.Check(Of(), act).Refusal);
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public void An_unverified_organisation_only_corrects_itself_and_invites(Act act)
    {
        foreach (var kind in Kinds)
        {
            foreach (var role in Enum.GetValues<MemberRole>())
            {
                if (!Policy.Allows(kind, role, act)) continue;
                var refusal = Policy.Check(Of(Member(kind, role) with { Verified = false }), act).Refusal;
                Assert.Equal(act is Act.ManageMembers or Act.EditOrganisation ? null : Refusal.OrganisationNotVerified, refusal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public void Only_the_operator_acts_on_what_belongs_to_others(Act act)
    {
        var other = new Guid("00000000-0000-0000-0000-0000000000ff");
        foreach (var kind in Kinds)
        {
            foreach (var role in Enum.GetValues<MemberRole>())
            {
                if (!Policy.Allows(kind, role, act)) continue;
                var member = Member(kind, role);
                Assert.True(Policy.Check(Of(member), act, member.Organisation).Done);
                Assert.Equal(Policy.IsOperators(act), Policy.Check(Of(member), act, other).Done);
            }
        }
    }

    [Fact]
    public void Of_several_memberships_the_one_that_allows_is_named()
    {
        var (university, enterprise) = (Member(OrganisationKind.University, MemberRole.Staff), Member(OrganisationKind.Enterprise, MemberRole.Staff));
        Assert.Equal(enterprise, Policy.Check(Of(university, enterprise), Act.PlaceBid).Value);
        Assert.Equal(university, Policy.Check(Of(university, enterprise), Act.OfferLot).Value);
        Assert.Equal(Refusal.NotAllowed, Policy.Check(Of(university, enterprise), Act.PlaceBid, university.Organisation).Refusal);
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public void A_session_without_second_factor_neither_binds_money_nor_opens_envelopes(Act act)
    {
        foreach (var kind in Kinds)
        {
            foreach (var role in Enum.GetValues<MemberRole>())
            {
                if (!Policy.Allows(kind, role, act)) continue;
                var member = Member(kind, role);
                Assert.Equal(act is Act.PlaceBid or Act.SealOffer or Act.AnswerSecondOffer or Act.KeepOpeningKey or Act.SignNda or Act.PromiseReward or Act.SignMandate or Act.AskPayout or Act.AgreeRelease ? Refusal.SecondFactorRequired : null, Policy.Check(Of(member) with { SecondFactor = false }, act).Refusal);
                Assert.True(Policy.Check(Of(member with { Demo = true }) with { SecondFactor = false }, act).Done);
            }
        }
    }

    private static char Letter(MemberRole role) => role switch
    {
        MemberRole.Owner => 'O',
        MemberRole.Staff => 'S',
        MemberRole.Researcher => 'R',
        MemberRole.Signatory => 'G',
        MemberRole.Auctioneer => 'A',
        MemberRole.Recorder => 'K',
        MemberRole.CheckInClerk => 'C',
    };

    private static Actor Of(params ImmutableArray<Membership> memberships) => new(new Guid("00000000-0000-0000-0000-000000000001"), memberships, SecondFactor: true);

    private static Membership Member(OrganisationKind kind, MemberRole role) =>
        new(new Guid($"00000000-0000-0000-0000-0000000001{(int)kind:D2}"), kind.ToString(), kind, role, Verified: true, Demo: false);
}
