using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;

namespace Marketplace.Domain.Tests.Demands;

/// <summary>The three state machines, as a professional would write them down.</summary>
public sealed class DemandLifecycleTests
{
    // Kinds: P 技术难题, C 揭榜挂帅, L 赛马制. What no line says must be refused.
    private const string Table = """
        PCL Draft        Edit           Draft
        PCL Draft        SetReveal      Draft
        PCL Draft        SubmitForReview InReview
        CL  Draft        PromiseReward  Draft
        PCL Draft        Withdraw       Withdrawn
        PCL InReview     SetReveal      InReview
        CL  InReview     PromiseReward  InReview
        PCL InReview     Publish        Published
        PCL InReview     Return         Draft
        PCL InReview     Rediagnose     Draft
        PCL InReview     Withdraw       Withdrawn
        PCL Published    SetReveal      Published
        CL  Published    PromiseReward  Published
        PCL Published    ProposeChange  Published+
        PCL Published    Extend         Published
        PCL Published    CloseIntake    Selecting
        PCL Published    Lapse          Unmet
        P   Published    Withdraw       Withdrawn
        PCL Published+   SetReveal      Published+
        CL  Published+   PromiseReward  Published+
        PCL Published+   Publish        Published
        PCL Published+   Return         Published
        PCL Published+   CloseIntake    Selecting
        PCL Published+   Lapse          Unmet
        P   Published+   Withdraw       Withdrawn
        PCL Selecting    SetReveal      Selecting
        P   Selecting    Choose         Chosen
        C   Selecting    Choose         ResultNotice
        L   Selecting    Choose         Chosen
        PCL Selecting    DeclareUnmet   Unmet
        P   Selecting    Withdraw       Withdrawn
        C   ResultNotice SetReveal      ResultNotice
        C   ResultNotice EndNotice      Chosen
        C   ResultNotice Decline        Selecting
        PL  ResultNotice SetReveal      ResultNotice
        PCL Chosen       SetReveal      Chosen
        PCL Chosen       Decline        Selecting
        P   Chosen       DeclareUnmet   Unmet
        PCL Chosen       StartWork      InWork
        PCL InWork       SetReveal      InWork
        PC  InWork       PassMilestone  InWork
        L   InWork       DecideLane     InWork
        L   InWork       CloseStage     InWork
        PCL InWork       Accept         Accepted
        PCL InWork       Fail           Failed
        """;

    private static readonly Dictionary<(char Kind, string From, DemandAct Act), string> Allowed = Table.Split('\n')
        .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        .SelectMany(w => w[0].Select(k => KeyValuePair.Create((k, w[1], Enum.Parse<DemandAct>(w[2])), w[3]))).ToDictionary();

    private static readonly DemandStanding[] Standings = [.. Enum.GetValues<DemandState>().Select(s => new DemandStanding(s)), new DemandStanding(DemandState.Published, ChangeWaits: true)];

    private static readonly Gen<DemandKind> AnyKind = Gen.Enum<DemandKind>();

    [Fact]
    public void Every_kind_state_and_act_leads_where_the_table_says_and_nowhere_else()
    {
        foreach (var kind in Enum.GetValues<DemandKind>())
            foreach (var standing in Standings)
                foreach (var act in Enum.GetValues<DemandAct>())
                {
                    var next = DemandLifecycle.Next(kind, standing, act);
                    var expected = Allowed.GetValueOrDefault(("PCL"[(int)kind], Name(standing), act));
                    Assert.True(expected == (next.Done ? Name(next.Value) : null), $"{kind} {Name(standing)} {act}: {(next.Done ? Name(next.Value) : next.Refusal)}");
                }
    }

    [Fact]
    public void What_is_promised_stands_until_its_deadline()
    {
        foreach (var kind in new[] { DemandKind.OpenChallenge, DemandKind.ParallelLanes })
            foreach (var state in new[] { DemandState.Published, DemandState.Selecting, DemandState.Chosen, DemandState.InWork })
                Assert.Equal(Refusal.ChallengeStands, DemandLifecycle.Next(kind, new DemandStanding(state), DemandAct.Withdraw).Refusal);
    }

    [Fact]
    public void A_change_waits_alone_and_a_demand_under_review_is_not_written()
    {
        var waiting = new DemandStanding(DemandState.Published, ChangeWaits: true);
        Assert.Equal(Refusal.ChangeWaits, DemandLifecycle.Next(DemandKind.Problem, waiting, DemandAct.ProposeChange).Refusal);
        Assert.Equal(Refusal.ChangeWaits, DemandLifecycle.Next(DemandKind.Problem, waiting, DemandAct.Extend).Refusal);
        Assert.Equal(Refusal.UnderReview, DemandLifecycle.Next(DemandKind.Problem, new DemandStanding(DemandState.InReview), DemandAct.Edit).Refusal);
    }

    /// <summary>Whatever is done in whatever order: what is over stays over, and a change waits only while it is published.</summary>
    [Fact]
    public void No_road_leads_back_from_the_end() =>
        Gen.Select(AnyKind, Gen.Enum<DemandAct>().Array[0, 60]).Sample((kind, acts) =>
        {
            var standing = new DemandStanding(DemandState.Draft);
            var wasPublic = false;
            foreach (var act in acts)
            {
                if (DemandLifecycle.Next(kind, standing, act) is not { Done: true } next) continue;
                Assert.False(standing.IsOver, $"{kind}: {standing.State} {act} {next.Value.State}");
                standing = next.Value;
                Assert.True(!standing.ChangeWaits || standing.State == DemandState.Published);
                wasPublic |= standing.IsPublic;
                // What was public never becomes a draft again, and a promise is never taken back.
                Assert.False(wasPublic && standing.State is DemandState.Draft or DemandState.InReview && wasPublic);
                Assert.False(wasPublic && kind != DemandKind.Problem && standing.State == DemandState.Withdrawn);
            }
        });

    [Fact]
    public void A_responder_answers_once_and_changes_nothing_after_the_deadline()
    {
        Assert.Equal(ResponseState.Standing, Responding.Next(null, ResponseAct.Respond, intake: true).Value);
        Assert.Equal(Refusal.ResponsesClosed, Responding.Next(null, ResponseAct.Respond, intake: false).Refusal);
        Assert.Equal(Refusal.NotFound, Responding.Next(null, ResponseAct.Withdraw, intake: true).Refusal);
        Assert.Equal(Refusal.AlreadyResponded, Responding.Next(ResponseState.Standing, ResponseAct.Respond, intake: true).Refusal);
        Assert.Equal(ResponseState.Standing, Responding.Next(ResponseState.Withdrawn, ResponseAct.Respond, intake: true).Value);
        foreach (var act in new[] { ResponseAct.Revise, ResponseAct.Confirm, ResponseAct.Withdraw })
        {
            Assert.Equal(act == ResponseAct.Withdraw ? ResponseState.Withdrawn : ResponseState.Standing, Responding.Next(ResponseState.Standing, act, intake: true).Value);
            Assert.Equal(Refusal.ResponsesClosed, Responding.Next(ResponseState.Standing, act, intake: false).Refusal);
            foreach (var state in new[] { ResponseState.Withdrawn, ResponseState.Chosen, ResponseState.NotChosen, ResponseState.Stopped, ResponseState.Best })
                Assert.Equal(Refusal.ResponseNotStanding, Responding.Next(state, act, intake: true).Refusal);
        }

        Assert.Equal(ResponseState.Withdrawn, Responding.Next(ResponseState.Chosen, ResponseAct.Decline, intake: false).Value);
        Assert.Equal(Refusal.ResponseNotStanding, Responding.Next(ResponseState.NotChosen, ResponseAct.Decline, intake: false).Refusal);
    }

    private static string Name(DemandStanding standing) => standing.State + (standing.ChangeWaits ? "+" : "");
}
