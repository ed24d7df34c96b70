using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Tests.Organisations;

/// <summary>Two different persons, in time, once.</summary>
public sealed class ApprovalTests
{
    private static readonly Guid One = new("00000000-0000-0000-0000-000000000001"), Two = new("00000000-0000-0000-0000-000000000002"), Three = new("00000000-0000-0000-0000-000000000003");
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static Approval Proposed(Approval? open = null) => Propose(open).Value;

    private static Result<Approval> Propose(Approval? open = null, string? reason = "权属争议", Guid? id = null, DateTimeOffset? at = null) =>
        Approval.Propose(id ?? Three, "cancel", "a1", "TitleDispute", reason, null, One, demo: false, open, at ?? Noon);

    [Fact]
    public void A_proposal_says_why() => Assert.Equal(Refusal.Required, Propose(reason: " ").Refusal);

    [Fact]
    public void One_proposal_for_the_same_waits_at_a_time()
    {
        var open = Proposed();
        Assert.Equal(Refusal.ProposalOpen, Propose(open, id: Two).Refusal);
        Assert.Same(open, Propose(open).Value);
        Assert.True(Propose(open, id: Two, at: Noon + Approval.StandsFor).Done);
        Assert.True(Propose(open.Withdraw(Noon).Value, id: Two).Done);
    }

    [Fact]
    public void Another_person_confirms_in_time_and_only_once()
    {
        var proposed = Proposed();
        Assert.Equal(Refusal.ProposerMayNotConfirm, proposed.Confirm(One, Noon).Refusal);
        Assert.Equal(Refusal.ProposerMayNotConfirm, proposed.Confirm(One, Noon + Approval.StandsFor).Refusal);
        Assert.Equal(Refusal.ProposalExpired, proposed.Confirm(Two, Noon + Approval.StandsFor).Refusal);
        var confirmed = proposed.Confirm(Two, Noon + Approval.StandsFor - TimeSpan.FromTicks(10)).Value;
        Assert.Equal((Two, false), (confirmed.ConfirmedBy!.Value, confirmed.IsOpen(Noon)));
        Assert.Same(confirmed, confirmed.Confirm(Two, Noon.AddDays(9)).Value);
        Assert.Equal(Refusal.ProposalDecided, confirmed.Confirm(Three, Noon).Refusal);
        Assert.Equal(Refusal.ProposalDecided, confirmed.Withdraw(Noon).Refusal);
    }

    [Fact]
    public void What_was_taken_back_is_not_confirmed() => Assert.Equal(Refusal.ProposalDecided, Proposed().Withdraw(Noon).Value.Confirm(Two, Noon).Refusal);

    [Fact]
    public void The_end_is_written_once()
    {
        var done = Proposed().Confirm(Two, Noon).Value.Done(Refusal.AlreadyEnded, Noon);
        Assert.Equal("AlreadyEnded", done.Refused);
        Assert.Same(done, done.Done(null, Noon));
    }
}
