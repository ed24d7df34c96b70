using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Achievements;

public sealed class AchievementRulesTests
{
    private static readonly DateOnly Today = new(2026, 11, 24);

    /// <summary>Every state × act; what is not named here must be refused.</summary>
    private static readonly Dictionary<(AchievementState, Revision, AchievementAct), (AchievementState, Revision)> Allowed = new()
    {
        [(AchievementState.Draft, Revision.None, AchievementAct.Edit)] = (AchievementState.Draft, Revision.None),
        [(AchievementState.Draft, Revision.None, AchievementAct.SubmitForReview)] = (AchievementState.InReview, Revision.None),
        [(AchievementState.Draft, Revision.None, AchievementAct.Withdraw)] = (AchievementState.Withdrawn, Revision.None),
        [(AchievementState.InReview, Revision.None, AchievementAct.Publish)] = (AchievementState.Published, Revision.None),
        [(AchievementState.InReview, Revision.None, AchievementAct.Return)] = (AchievementState.Draft, Revision.None),
        [(AchievementState.InReview, Revision.None, AchievementAct.Withdraw)] = (AchievementState.Withdrawn, Revision.None),
        [(AchievementState.Published, Revision.None, AchievementAct.Edit)] = (AchievementState.Published, Revision.Draft),
        [(AchievementState.Published, Revision.None, AchievementAct.Withdraw)] = (AchievementState.Withdrawn, Revision.None),
        [(AchievementState.Published, Revision.None, AchievementAct.Delist)] = (AchievementState.Delisted, Revision.None),
        [(AchievementState.Published, Revision.None, AchievementAct.EnterTrade)] = (AchievementState.InTrade, Revision.None),
        [(AchievementState.Published, Revision.Draft, AchievementAct.Edit)] = (AchievementState.Published, Revision.Draft),
        [(AchievementState.Published, Revision.Draft, AchievementAct.SubmitForReview)] = (AchievementState.Published, Revision.InReview),
        [(AchievementState.Published, Revision.Draft, AchievementAct.Withdraw)] = (AchievementState.Withdrawn, Revision.None),
        [(AchievementState.Published, Revision.Draft, AchievementAct.Delist)] = (AchievementState.Delisted, Revision.None),
        [(AchievementState.Published, Revision.Draft, AchievementAct.EnterTrade)] = (AchievementState.InTrade, Revision.Draft),
        [(AchievementState.Published, Revision.InReview, AchievementAct.Publish)] = (AchievementState.Published, Revision.None),
        [(AchievementState.Published, Revision.InReview, AchievementAct.Return)] = (AchievementState.Published, Revision.Draft),
        [(AchievementState.Published, Revision.InReview, AchievementAct.Withdraw)] = (AchievementState.Withdrawn, Revision.None),
        [(AchievementState.Published, Revision.InReview, AchievementAct.Delist)] = (AchievementState.Delisted, Revision.None),
        [(AchievementState.Published, Revision.InReview, AchievementAct.EnterTrade)] = (AchievementState.InTrade, Revision.Draft),
        [(AchievementState.InTrade, Revision.None, AchievementAct.LeaveTrade)] = (AchievementState.Published, Revision.None),
        [(AchievementState.InTrade, Revision.None, AchievementAct.MarkTraded)] = (AchievementState.Traded, Revision.None),
        [(AchievementState.InTrade, Revision.Draft, AchievementAct.LeaveTrade)] = (AchievementState.Published, Revision.Draft),
        [(AchievementState.InTrade, Revision.Draft, AchievementAct.MarkTraded)] = (AchievementState.Traded, Revision.None),
        [(AchievementState.Traded, Revision.None, AchievementAct.LeaveTrade)] = (AchievementState.Published, Revision.None),
        [(AchievementState.Withdrawn, Revision.None, AchievementAct.Edit)] = (AchievementState.Draft, Revision.None),
        [(AchievementState.Delisted, Revision.None, AchievementAct.Edit)] = (AchievementState.Draft, Revision.None),
    };

    [Fact]
    public void Every_state_and_act_leads_where_the_table_says_and_nowhere_else()
    {
        foreach (var state in Enum.GetValues<AchievementState>())
            foreach (var revision in state is AchievementState.Published ? Enum.GetValues<Revision>() : state is AchievementState.InTrade ? [Revision.None, Revision.Draft] : [Revision.None])
                foreach (var act in Enum.GetValues<AchievementAct>())
                {
                    var next = Lifecycle.Next(new Standing(state, revision), act);
                    var expected = Allowed.TryGetValue((state, revision, act), out var to) ? to : ((AchievementState, Revision)?)null;
                    Assert.Equal(expected, next.Done ? (next.Value.State, next.Value.Revision) : null);
                }
    }

    [Theory]
    [InlineData(IpKind.Invention, "2018-05-18", "2038-05-17")]
    [InlineData(IpKind.UtilityModel, "2022-04-20", "2032-04-19")]
    [InlineData(IpKind.Design, "2021-06-01", "2036-05-31")]
    [InlineData(IpKind.Design, "2021-05-31", "2031-05-30")]
    [InlineData(IpKind.Invention, "2024-02-29", "2044-02-28")]
    [InlineData(IpKind.KnowHow, "2020-01-01", null)]
    public void A_right_ends_on_the_last_day_of_its_term(IpKind kind, string applied, string? ends) =>
        Assert.Equal(ends, IpLife.Ends(kind, DateOnly.Parse(applied, System.Globalization.CultureInfo.InvariantCulture))?.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("ZL 2018 1 0472196.3", "201810472196.3", IpKind.Invention)]
    [InlineData("cn201810472196", "201810472196", IpKind.Invention)]
    [InlineData("ＺＬ２０１８２０４７２１９６．３", "201820472196.3", IpKind.UtilityModel)]
    [InlineData("98 3 12345.X", "98312345.X", IpKind.Design)]
    [InlineData("US 10,123,456 B2", "US10123456B2", null)]
    [InlineData("2018-5-1", "201851", null)]
    public void Spellings_of_one_number_become_one(string text, string value, IpKind? kind)
    {
        var number = PatentNumber.Normalise(text);
        Assert.Equal((value, kind), (number.Value, number.Kind));
    }

    [Fact]
    public void A_check_digit_agrees_with_exactly_one_of_eleven()
    {
        var agreeing = "0123456789X".Where(c => PatentNumber.Normalise($"201810472196.{c}").CheckDigitAgrees == true).ToList();
        Assert.Equal([PatentNumber.CheckDigit("201810472196")], agreeing);
    }

    [Fact]
    public void All_faults_of_a_version_are_named_at_once()
    {
        var faults = ContentCheck.Shape(
            new AchievementContent
            {
                Title = " ",
                Summary = new string('长', ContentCheck.MostSummary + 1),
                Trl = 10,
                Ipc = ["X"],
                PriceIdeaFen = -1,
                Region = "33",
                Owners = [new RightHolder("甲", 5000, Consent.Own), new RightHolder("乙", 4999, Consent.Given)],
                Ip = [new IpItem(IpKind.Invention, null, null, Today.AddDays(1)), new IpItem(IpKind.Invention, "201810472196.3", null, null), new IpItem(IpKind.Invention, "ZL201810472196", null, null)],
                Evidence = [new TrlEvidence(0, "", null, null)],
            },
            Today);
        Assert.Equal(
            ["title", "summary", "ipc", "trl", "price", "region", "evidence[0].level", "evidence[0].what", "ip[0].appliedOn", "ip[0].number", "ip[2].number", "owners"],
            faults.Select(f => f.Field));
    }

    [Fact]
    public void The_gates_ask_for_evidence_and_consents()
    {
        var content = new AchievementContent
        {
            Title = "一",
            Trl = 4,
            Evidence = [new TrlEvidence(3, "小试", null, null)],
            Owners = [new RightHolder("甲", 7000, Consent.Own), new RightHolder("乙", 3000, Consent.Waiting)],
        };
        var missing = Gates.Of(content).Where(g => g.Missing is not null).ToDictionary(g => g.Name, g => g.Missing!.Value);
        Assert.Equal(Refusal.EvidenceMissing, missing["evidence"]);
        Assert.Equal(Refusal.ConsentMissing, missing["consents"]);
        Assert.Equal(12, Gates.Of(content).Length);
    }

    [Fact]
    public void A_diff_names_only_what_changed_and_a_version_reads_as_it_was_written()
    {
        var before = new AchievementContent { Title = "一", Keywords = ["甲", "乙"], Trl = 4 };
        var after = AchievementContent.Read((before with { Title = "二", Keywords = ["乙", "丙"] }).Write());
        Assert.Equal(["title", "keywords"], ContentDiff.Between(before, after).Select(c => c.Field));
        Assert.Empty(ContentDiff.Between(after, AchievementContent.Read(after.Write())));
    }

    [Fact]
    public void There_are_eleven_fields_and_each_is_read_by_its_statutory_name()
    {
        Assert.Equal(11, Enum.GetValues<TechField>().Length);
        foreach (var (field, chinese) in Vocabulary.Fields) Assert.Equal(field, Vocabulary.Field(chinese));
        Assert.Null(Vocabulary.Field("哲学"));
    }
}
