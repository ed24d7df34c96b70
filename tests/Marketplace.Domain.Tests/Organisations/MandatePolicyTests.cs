using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;

namespace Marketplace.Domain.Tests.Organisations;

/// <summary>What a mandate adds to the table of who may do what: role × act × mandate, everything else refused.</summary>
public sealed class MandatePolicyTests
{
    private static readonly Guid Agency = new("00000000-0000-0000-0000-0000000000a1");
    private static readonly Guid Client = new("00000000-0000-0000-0000-0000000000c1");
    private static readonly Guid Stranger = new("00000000-0000-0000-0000-0000000000c2");
    private static readonly Guid Named = new("00000000-0000-0000-0000-0000000000d1");
    private static readonly Guid Other = new("00000000-0000-0000-0000-0000000000d2");

    /// <summary>Every act that can be given, with the side, the power and the kind of client; what is not here cannot be.</summary>
    private static readonly (Act Act, MandateSide Side, MandatePower? Power, OrganisationKind[] Clients)[] Given =
    [
        // Without a power: every mandate of the side gives these.
        (Act.ReadDemandRecommendations, MandateSide.Demand, null, [OrganisationKind.Enterprise]),
        (Act.JudgeRecommendations, MandateSide.Demand, null, [OrganisationKind.Enterprise]),
        (Act.ReadAchievementRecommendations, MandateSide.Supply, null, [OrganisationKind.University]),
        (Act.WriteAchievement, MandateSide.Supply, MandatePower.WriteAchievements, [OrganisationKind.University]),
        (Act.WriteDemand, MandateSide.Demand, MandatePower.WriteDemands, [OrganisationKind.Enterprise]),
        (Act.RespondToDemand, MandateSide.Supply, MandatePower.AnswerDemands, [OrganisationKind.University, OrganisationKind.Enterprise]),
    ];

    public static TheoryData<Act> Acts => [.. Enum.GetValues<Act>()];

    [Theory]
    [MemberData(nameof(Acts))]
    public void An_agency_may_for_its_client_what_the_mandate_gives_and_nothing_else(Act act)
    {
        foreach (var role in Enum.GetValues<MemberRole>())
        {
            foreach (var kind in Enum.GetValues<OrganisationKind>())
            {
                foreach (var side in Enum.GetValues<MandateSide>())
                {
                    foreach (var power in Enum.GetValues<MandatePower>())
                    {
                        var expected = role is MemberRole.Owner or MemberRole.Staff && Given.Any(g => g.Act == act && g.Side == side && (g.Power is null || g.Power == power) && g.Clients.Contains(kind));
                        var actor = Agent(role, Over(kind, side, power));
                        Assert.True(expected == Policy.Check(actor, act, Client, Named).Done, $"{role} {kind} {side} {power} {act}");
                        Assert.False(Policy.Check(actor, act, Stranger, Named).Done);
                        // Without a client it is the agency's own act.
                        Assert.Equal(Policy.Check(actor with { Mandates = [] }, act).Refusal, Policy.Check(actor, act).Refusal);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Acts))]
    public void Money_signatures_priority_mandates_and_members_are_never_given(Act act)
    {
        if (Given.Any(g => g.Act == act)) return;
        var all = Enum.GetValues<OrganisationKind>().SelectMany(kind => Enum.GetValues<MandateSide>().Select(side => Over(kind, side, Enum.GetValues<MandatePower>())));
        var actor = Agent(MemberRole.Owner, [.. all]);
        Assert.False(Policy.Check(actor, act, Client, Named).Done);
        Assert.False(Policy.Check(actor with { Memberships = [Member(MemberRole.Signatory)] }, act, Client, Named).Done);
    }

    [Fact]
    public void A_mandate_that_names_things_covers_these_and_nothing_new()
    {
        var actor = Agent(MemberRole.Staff, Over(OrganisationKind.University, MandateSide.Supply, MandatePower.WriteAchievements) with { Subjects = [Named] });
        Assert.Equal(Agency, Policy.Check(actor, Act.WriteAchievement, Client, Named).Value.Organisation);
        Assert.Equal(Refusal.NotAllowed, Policy.Check(actor, Act.WriteAchievement, Client, Other).Refusal);
        Assert.Equal(Refusal.NotAllowed, Policy.Check(actor, Act.WriteAchievement, Client).Refusal);
    }

    [Fact]
    public void The_agency_itself_must_be_verified_and_the_mandate_its_own()
    {
        var mandate = Over(OrganisationKind.University, MandateSide.Supply, MandatePower.WriteAchievements);
        Assert.True(Policy.Check(Agent(MemberRole.Staff, mandate), Act.WriteAchievement, Client).Done);
        Assert.False(Policy.Check(Agent(MemberRole.Staff, mandate) with { Memberships = [Member(MemberRole.Staff) with { Verified = false }] }, Act.WriteAchievement, Client).Done);
        Assert.False(Policy.Check(Agent(MemberRole.Staff, mandate with { Agency = Stranger }), Act.WriteAchievement, Client).Done);
        Assert.False(Policy.Check(Agent(MemberRole.Staff, mandate) with { Memberships = [Member(MemberRole.Staff) with { Kind = OrganisationKind.ServiceProvider }] }, Act.WriteAchievement, Client).Done);
        Assert.Equal(Refusal.NotSignedIn, Policy.Check(Agent(MemberRole.Staff, mandate) with { Person = null }, Act.WriteAchievement, Client).Refusal);
    }

    [Fact]
    public void An_agency_bids_for_its_client_by_its_own_check_alone_with_a_second_factor_and_a_mandate_over_everything()
    {
        var mandate = Over(OrganisationKind.Enterprise, MandateSide.Demand, MandatePower.PlaceBids);
        var actor = Agent(MemberRole.Staff, mandate);
        Assert.Equal(Agency, Policy.CheckAgent(actor, Agency, Client).Value.Organisation);
        // A lot's own paper has to name the agency: no mandate opens the act by itself.
        Assert.False(Policy.Check(actor, Act.PlaceBid, Client).Done);
        Assert.Equal(Refusal.SecondFactorRequired, Policy.CheckAgent(actor with { SecondFactor = false }, Agency, Client).Refusal);
        Assert.True(Policy.CheckAgent(actor with { SecondFactor = false, Memberships = [Member(MemberRole.Staff) with { Demo = true }] }, Agency, Client).Done);
        Assert.Equal(Refusal.NotSignedIn, Policy.CheckAgent(actor with { Person = null }, Agency, Client).Refusal);
        Assert.Equal(Refusal.NotAllowed, Policy.CheckAgent(Agent(MemberRole.Signatory, mandate), Agency, Client).Refusal);
        Assert.Equal(Refusal.NotAllowed, Policy.CheckAgent(actor with { Memberships = [Member(MemberRole.Staff) with { Verified = false }] }, Agency, Client).Refusal);
        foreach (var other in (HeldMandate[])
            [
                mandate with { Client = Stranger }, mandate with { Agency = Stranger }, mandate with { Side = MandateSide.Supply }, mandate with { Subjects = [Named] },
                mandate with { Powers = [MandatePower.WriteDemands] },
            ])
        {
            Assert.Equal(Refusal.AgencyNotMandated, Policy.CheckAgent(Agent(MemberRole.Staff, other), Agency, Client).Refusal);
        }
    }

    private static Actor Agent(MemberRole role, params HeldMandate[] mandates) => new(new Guid("00000000-0000-0000-0000-000000000001"), [Member(role)], SecondFactor: true) { Mandates = [.. mandates] };

    private static Membership Member(MemberRole role) => new(Agency, "之澜", OrganisationKind.Agency, role, Verified: true, Demo: false);

    private static HeldMandate Over(OrganisationKind kind, MandateSide side, params MandatePower[] powers) => new(Guid.Empty, Agency, Client, kind, side, [.. powers], []);
}
