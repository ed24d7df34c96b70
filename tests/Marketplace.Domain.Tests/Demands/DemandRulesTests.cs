using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Demands;

namespace Marketplace.Domain.Tests.Demands;

public sealed class DemandRulesTests
{
    private static DateTimeOffset Now => Sheets.Now;

    public static TheoryData<DemandKind> Kinds => [.. Enum.GetValues<DemandKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_whole_sheet_is_ready_and_an_empty_one_names_every_gate(DemandKind kind)
    {
        Assert.Empty(DemandCheck.Ready(kind, Sheets.Of(kind), Now, demo: false));
        var empty = DemandGates.Of(kind, new DemandContent());
        Assert.All(empty.Where(g => g.Name is not ("tests" or "shares")), g => Assert.NotNull(g.Missing));
        Assert.Equal(kind == DemandKind.Problem ? 9 : kind == DemandKind.OpenChallenge ? 12 : 14, empty.Length);
    }

    [Fact]
    public void Nobody_can_meet_a_target_without_a_number_or_a_must_target_without_a_test()
    {
        var sheet = Sheets.Of(DemandKind.Problem);
        Assert.Equal(Refusal.TestMissing, Only(sheet with { Lines = [sheet.Lines[0] with { Test = " " }] }));
        Assert.Equal(Refusal.TargetNoNumber, Only(sheet with { Lines = [sheet.Lines[0] with { Target = "越高越好" }] }));
        Assert.Equal(Refusal.TargetNoNumber, Only(sheet with { Lines = [sheet.Lines[1] with { To = "0" }] }));
        Assert.Equal(Refusal.TargetNoNumber, Only(sheet with { Lines = [sheet.Lines[0] with { To = "300" }] }));
        Assert.Equal(Refusal.MustTargetMissing, Only(sheet with { Lines = [sheet.Lines[2]] }));
        Assert.Equal(Refusal.BudgetUpsideDown, Only(sheet with { BudgetFromFen = 90_000_000 }));
        Assert.True(DemandCheck.Number("-0.25", out var number) && number == -0.25m);
    }

    [Fact]
    public void Money_that_has_no_milestone_is_no_promise()
    {
        var challenge = Sheets.Of(DemandKind.OpenChallenge);
        Assert.Contains(DemandCheck.Ready(DemandKind.OpenChallenge, challenge with { Stages = [challenge.Stages[0]] }, Now, false), f => f.Why == Refusal.StageSharesNotWhole);
        var race = Sheets.Of(DemandKind.ParallelLanes);
        Assert.Contains(DemandCheck.Ready(DemandKind.ParallelLanes, race with { FinalShareBp = 2_999 }, Now, false), f => f.Why == Refusal.StageSharesNotWhole);
        Assert.Contains(DemandCheck.Ready(DemandKind.ParallelLanes, race with { Lanes = 1 }, Now, false), f => f.Why == Refusal.LanesOutOfRange);
    }

    [Fact]
    public void A_promise_gives_twenty_days_a_question_five_a_demonstration_none()
    {
        foreach (var (kind, days) in new[] { (DemandKind.Problem, 5), (DemandKind.OpenChallenge, 20), (DemandKind.ParallelLanes, 20) })
        {
            Assert.True(DemandCheck.TooSoon(kind, Sheets.Of(kind) with { Deadline = Now.AddDays(days).AddTicks(-1) }, Now, demo: false));
            Assert.False(DemandCheck.TooSoon(kind, Sheets.Of(kind) with { Deadline = Now.AddDays(days) }, Now, demo: false));
            Assert.False(DemandCheck.TooSoon(kind, Sheets.Of(kind) with { Deadline = Now.AddSeconds(1) }, Now, demo: true));
        }
    }

    [Fact]
    public void A_change_never_shortens_lowers_or_turns_what_others_rely_on()
    {
        var (problem, challenge, race) = (Sheets.Of(DemandKind.Problem), Sheets.Of(DemandKind.OpenChallenge), Sheets.Of(DemandKind.ParallelLanes));
        Assert.Null(DemandCheck.Change(DemandKind.Problem, problem, problem with { Title = "改" }, Now));
        Assert.Equal(Refusal.DeadlineMayNotMoveEarlier, DemandCheck.Change(DemandKind.Problem, problem, problem with { Deadline = problem.Deadline!.Value.AddTicks(-1) }, Now)?.Why);
        Assert.Equal(Refusal.RewardMayNotFall, DemandCheck.Change(DemandKind.OpenChallenge, challenge, challenge with { RewardFen = challenge.RewardFen - 1 }, Now)?.Why);
        Assert.Equal(Refusal.RewardMayNotFall, DemandCheck.Change(DemandKind.OpenChallenge, challenge, challenge with { RewardFen = null }, Now)?.Why);
        Assert.Null(DemandCheck.Change(DemandKind.OpenChallenge, challenge, challenge with { RewardFen = challenge.RewardFen + 1 }, Now));
        Assert.Equal(Refusal.RuleFixedAtPublication, DemandCheck.Change(DemandKind.OpenChallenge, challenge, challenge with { NoticeDays = 5 }, Now)?.Why);
        Assert.Equal(Refusal.RuleFixedAtPublication, DemandCheck.Change(DemandKind.ParallelLanes, race, race with { Elimination = "另一条" }, Now)?.Why);
        Assert.Equal(Refusal.RuleFixedAtPublication, DemandCheck.Change(DemandKind.ParallelLanes, race, race with { Lanes = 2 }, Now)?.Why);
        var harder = problem with { Lines = problem.Lines.SetItem(0, problem.Lines[0] with { Target = "230" }) };
        Assert.Null(DemandCheck.Change(DemandKind.Problem, problem, harder, problem.Deadline!.Value.AddDays(-3)));
        Assert.Equal(Refusal.TooLateToChange, DemandCheck.Change(DemandKind.Problem, problem, harder, problem.Deadline!.Value.AddDays(-3).AddTicks(1))?.Why);
        // A wish binds nobody.
        Assert.True(problem.SameTargetsAs(problem with { Lines = problem.Lines.SetItem(2, problem.Lines[2] with { Target = "20" }) }));
        Assert.False(problem.SameTargetsAs(harder));
    }

    [Theory]
    [InlineData("在澜岛石化装备有限公司的井里", "problem")]
    [InlineData("澜岛石化装备的井", "problem")]
    [InlineData("澜 岛 石 化 装 备", "problem")]
    [InlineData("９１３３０１０６ＭＡ００００００１Ｘ", "problem")]
    [InlineData("某石化装备企业的井", null)]
    public void A_closed_name_stands_in_no_public_text(string text, string? field) =>
        Assert.Equal(field, DemandCheck.NamesOwner(Sheets.Of(DemandKind.Problem) with { Problem = text }, "澜岛石化装备有限公司", "91330106MA0000001X"));

    [Theory]
    [InlineData("Rheinlauf Messtechnik is looking for", "KOELN HRB 999001", "problem")]
    [InlineData("see koeln-hrb 999001", "KOELN-HRB 999001", "problem")]
    [InlineData("up to 2000 rpm", "2000", null)] // a number that says nothing by itself
    [InlineData("a maker of gauges", "KOELN HRB 999001", null)]
    public void Nor_does_one_from_abroad(string text, string number, string? field) =>
        Assert.Equal(field, DemandCheck.NamesOwner(Sheets.Of(DemandKind.Problem) with { Problem = text }, "Rheinlauf Messtechnik GmbH", number));

    [Fact]
    public void Every_rung_of_the_ladder_sees_what_the_rungs_below_it_see()
    {
        foreach (var name in Enum.GetValues<Opens>())
            foreach (var budget in Enum.GetValues<Opens>())
                foreach (var confidential in Enum.GetValues<Opens>())
                {
                    var reveal = new RevealSettings(name, budget, confidential);
                    Assert.Equal(new Sight(name == Opens.Public, budget == Opens.Public, false), Ladder.Of(reveal, Rung.Public));
                    Assert.Equal(new Sight(name != Opens.Narrow, budget != Opens.Narrow, confidential != Opens.Narrow), Ladder.Of(reveal, Rung.Verified));
                    Assert.Equal(new Sight(true, true, true), Ladder.Of(reveal, Rung.Inside));
                }

        Assert.Equal(default, Ladder.Of(new RevealSettings(), Rung.Verified));
    }

    [Theory]
    [InlineData(Finding.Good, Finding.Good, Finding.Good, Finding.Partly, "AB")]
    [InlineData(Finding.Good, Finding.Good, Finding.Good, Finding.Missing, "BC")]
    [InlineData(Finding.Partly, Finding.Good, Finding.Good, Finding.Good, "BC")]
    [InlineData(Finding.Good, Finding.Missing, Finding.Good, Finding.Good, "BC")]
    [InlineData(Finding.Missing, Finding.Good, Finding.Good, Finding.Good, "C")]
    public void A_grade_agrees_with_its_findings(Finding measurable, Finding budget, Finding scenario, Finding priorArt, string possible)
    {
        ItemGrade[] items = [new(GradedItem.Measurable, measurable, "一"), new(GradedItem.Budget, budget, "二"), new(GradedItem.Scenario, scenario, "三"), new(GradedItem.PriorArt, priorArt, "四")];
        foreach (var grade in Enum.GetValues<Grade>())
            Assert.Equal(possible.Contains($"{grade}", StringComparison.Ordinal) ? null : Refusal.GradeDisagrees, Grading.Check(new GradeSheet(grade, [.. items], Back: false))?.Why);
        Assert.Equal(Refusal.ReasonRequired, Grading.Check(new GradeSheet(Grade.B, [.. items[..3], items[3] with { Reason = " " }], false))?.Why);
        Assert.Equal(Refusal.Required, Grading.Check(new GradeSheet(Grade.B, [.. items[..3]], false))?.Why);
    }

    [Fact]
    public void The_shares_of_a_promise_sum_up_to_the_promise() =>
        Gen.Select(Gen.Long[1, Fen.Most], Gen.Int[1, 9_999].Array[0, 6]).Sample((whole, cuts) =>
        {
            int[] edges = [0, .. cuts.Distinct().Order(), 10_000];
            var shares = edges.Zip(edges.Skip(1), (a, b) => b - a).ToList();
            var parts = Shares.Of(whole, shares);
            Assert.Equal(whole, parts.Sum());
            Assert.All(parts, part => Assert.True(part >= 0));
            Assert.All(parts.SkipLast(1).Zip(shares), p => Assert.InRange((decimal)whole * p.Second / 10_000m - p.First, 0m, 1m));
        });

    [Fact]
    public void A_race_runs_by_the_rule_that_was_fixed()
    {
        var rule = Sheets.Of(DemandKind.ParallelLanes);
        Assert.Equal([Refusal.LanesOutOfRange, null, null, Refusal.LanesOutOfRange], new[] { 1, 2, 3, 4 }.Select(n => Race.Begin(rule, n)));
        var (a, b) = (new Guid("00000000-0000-0000-0000-00000000000a"), new Guid("00000000-0000-0000-0000-00000000000b"));
        Assert.Equal(Refusal.LanesUndecided, Race.CloseStage(rule, 1, [new Lane(a, true), new Lane(b, null)]).Refusal);
        Assert.Equal(2, Race.CloseStage(rule, 1, [new Lane(a, true), new Lane(b, false)]).Value);
        Assert.Null(Race.CloseStage(rule, 1, [new Lane(a, false), new Lane(b, false)]).Value);
        Assert.Equal(Refusal.LastStage, Race.CloseStage(rule, 2, [new Lane(a, true)]).Refusal);
        Assert.Equal(Refusal.MilestonesOpen, Race.Best(rule, 1, [new Lane(a, true)], a));
        Assert.Equal(Refusal.LaneNotRunning, Race.Best(rule, 2, [new Lane(a, null)], b));
        Assert.Equal(Refusal.LaneNotRunning, Race.Best(rule, 2, [new Lane(a, false), new Lane(b, null)], a));
        Assert.Null(Race.Best(rule, 2, [new Lane(a, null)], a));
        Assert.Equal((33, 0), (Shares.OfLane(100, 3), Shares.OfLane(100, 0)));
    }

    [Fact]
    public void A_notice_runs_from_the_day_after_to_midnight_of_its_last_working_day()
    {
        // Tuesday 24 November in Beijing; seven days end on Tuesday, three on Friday, four would end on Saturday.
        Assert.Equal(new DateTimeOffset(2026, 12, 2, 0, 0, 0, Instant.Beijing), ResultNotices.Ends(Now, 7));
        Assert.Equal(new DateTimeOffset(2026, 11, 28, 0, 0, 0, Instant.Beijing), ResultNotices.Ends(Now, 3));
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 0, 0, 0, Instant.Beijing), ResultNotices.Ends(Now, 4));
    }

    [Fact]
    public void A_response_answers_every_line_with_a_value_where_it_claims()
    {
        var sheet = Sheets.Of(DemandKind.Problem);
        var response = new ResponseContent { Title = "方案", Plan = "芯片改型", Claims = [new(1, true, "220", "报告"), new(2, true, "0–100", null), new(3, false, null, null)], PriceFen = 65_000_000, Months = 9 };
        Assert.Empty(ResponseCheck.Of(response, sheet));
        Assert.Equal((2, 2), response.Meets(sheet, Necessity.Must));
        Assert.Equal((0, 1), response.Meets(sheet, Necessity.Wish));
        Assert.Equal(Refusal.ClaimMissing, Assert.Single(ResponseCheck.Of(response with { Claims = response.Claims.RemoveAt(1) }, sheet)).Why);
        Assert.Equal(Refusal.Required, Assert.Single(ResponseCheck.Of(response with { Claims = response.Claims.SetItem(0, new Claim(1, true, " ", null)) }, sheet)).Why);
        Assert.Equal(Refusal.AmountOutOfRange, Assert.Single(ResponseCheck.Of(response with { PriceFen = 0 }, sheet)).Why);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_version_reads_as_it_was_written_and_differs_where_it_was_changed(DemandKind kind)
    {
        var sheet = Sheets.Of(kind);
        Assert.Equal(sheet.Write(), DemandContent.Read(sheet.Write()).Write());
        Assert.Empty(DemandDiff.Between(sheet, DemandContent.Read(sheet.Write())));
        Assert.Equal(["title", "budgetTo"], DemandDiff.Between(sheet, sheet with { Title = "改", BudgetToFen = 1 }).Select(c => c.Field));
        Assert.Equal(["title"], DemandDiff.Between(sheet, sheet with { Title = "改", BudgetToFen = 1 }).Select(c => c.Field).Where(f => !DemandDiff.IsClosed(f, default)));
    }

    [Fact]
    public void A_key_that_a_line_had_is_never_free_again()
    {
        var sheet = Sheets.Of(DemandKind.Problem);
        Assert.DoesNotContain("lastKey", sheet.Write(), StringComparison.Ordinal);
        Assert.Equal((3, 0), (DemandContent.Read(sheet.Write()).HighestKey(), new DemandContent().HighestKey()));
        var shorter = sheet with { Lines = sheet.Lines.RemoveAt(2), LastKey = 3 };
        Assert.Equal(3, DemandContent.Read(shorter.Write()).HighestKey());
        Assert.Equal(5, (shorter with { Lines = [sheet.Lines[0] with { Key = 5 }] }).HighestKey());
    }

    private static Refusal Only(DemandContent sheet) => Assert.Single(DemandCheck.Ready(DemandKind.Problem, sheet, Now, demo: false).Select(f => f.Why).Distinct());
}
