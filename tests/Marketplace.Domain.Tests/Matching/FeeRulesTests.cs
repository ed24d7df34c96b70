using System.Globalization;
using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Matching;
using Marketplace.Domain.Organisations.Mandates;

namespace Marketplace.Domain.Tests.Matching;

/// <summary>The fee law (技术合同解释 39–41), a line for each case, and the board in numbers.</summary>
public sealed class FeeRulesTests
{
    // What happened; where the fee was agreed and how; what follows: basis, payer, fen.
    [Theory]
    [InlineData("no contract", "mandate 300", FeeBasis.NoSuccess, null, null)]
    [InlineData("no contract", "none", FeeBasis.NoSuccess, null, null)]
    [InlineData("contract", "mandate 300", FeeBasis.Agreed, FeePayer.Client, 9_000_00L)]
    [InlineData("contract", "mandate unclear", FeeBasis.ToBeAgreed, FeePayer.Client, null)]
    [InlineData("contract", "none", FeeBasis.ToBeAgreed, FeePayer.Client, null)]
    [InlineData("contract", "main 300", FeeBasis.Agreed, FeePayer.Client, 9_000_00L)]
    [InlineData("contract", "main unclear", FeeBasis.EqualSplit, FeePayer.Halves, null)]
    [InlineData("contract hidden", "mandate 300", FeeBasis.FactHidden, null, null)]
    [InlineData("no contract hidden", "mandate 300", FeeBasis.FactHidden, null, null)]
    [InlineData("contract fell", "mandate 300", FeeBasis.Agreed, FeePayer.Client, 9_000_00L)]
    [InlineData("contract fell", "main unclear", FeeBasis.EqualSplit, FeePayer.Halves, null)]
    [InlineData("contract fell fault", "mandate 300", FeeBasis.BrokersFault, null, null)]
    public void The_law_gives_the_fee(string happened, string agreed, FeeBasis basis, FeePayer? payer, long? fen)
    {
        var facts = new FeeFacts(
            !happened.StartsWith("no", StringComparison.Ordinal), 300_000_00, agreed.StartsWith("main", StringComparison.Ordinal) ? FeeClause.MainContract : agreed == "none" ? FeeClause.None : FeeClause.Mandate,
            agreed.EndsWith("300", StringComparison.Ordinal) ? new MandateFee(FeeKind.Share, ShareBp: 300) : agreed == "mandate unclear" ? MandateFee.Unagreed : null,
            happened.Contains("fell", StringComparison.Ordinal), happened.Contains("fault", StringComparison.Ordinal), happened.Contains("hidden", StringComparison.Ordinal));
        var due = FeeRules.Of(facts);
        Assert.Equal((basis, payer, fen), (due.Basis, due.Payer, due.Fen));
        Assert.Equal(basis == FeeBasis.NoSuccess, due.CostsOnly);
        Assert.Equal(basis == FeeBasis.FactHidden, due.Damages);
    }

    [Fact]
    public void A_number_stands_only_where_one_was_agreed_and_something_was_concluded() =>
        Gen.Select(Gen.Bool, Gen.Long[1, Fen.Most], Gen.Enum<FeeClause>(), Gen.Int[0, 3000], Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool)).Sample((concluded, deal, clause, bp, sad) =>
        {
            var scale = bp == 0 ? null : new MandateFee(FeeKind.Share, ShareBp: bp);
            var due = FeeRules.Of(new FeeFacts(concluded, deal, clause, scale, sad.Item1, sad.Item2, sad.Item3));
            if (due.Fen is { } fen) Assert.True(concluded && scale is not null && clause is not FeeClause.None && !sad.Item3 && fen == scale.On(deal));
            Assert.Equal(due.Payer is null, due.Basis is FeeBasis.NoSuccess or FeeBasis.FactHidden or FeeBasis.BrokersFault);
        });

    [Fact]
    public void The_board_counts_where_leads_are_and_how_long_they_stay()
    {
        var leads = new (IReadOnlyList<LeadMove> Moves, long? Fen)[]
        {
            ([Move(LeadStage.Lead, "01-01"), Move(LeadStage.Introduced, "01-05"), Move(LeadStage.Introduced, "01-08"), Move(LeadStage.Exchange, "01-11")], 100_00),
            ([Move(LeadStage.Lead, "01-01"), Move(LeadStage.Introduced, "01-03"), Move(LeadStage.Exchange, "01-13")], 200_00),
            ([Move(LeadStage.Lead, "01-01"), Move(LeadStage.Introduced, "01-09")], null),
            ([Move(LeadStage.Lead, "01-01"), Move(LeadStage.Dropped, "01-02")], 900_00),
        };
        var board = Pipeline.Of(leads, At("01-21"));
        Assert.Equal([(LeadStage.Lead, 0, 0L, (int?)3), (LeadStage.Introduced, 1, 0L, 10), (LeadStage.Exchange, 2, 300_00L, 9), (LeadStage.Negotiation, 0, 0L, null), (LeadStage.Contract, 0, 0L, null), (LeadStage.Settling, 0, 0L, null)],
            board.Select(s => (s.Stage, s.Count, s.SumFen, s.MedianDays)));
    }

    [Theory]
    [InlineData("", LeadStage.Lead, false, null)]
    [InlineData("Lead", LeadStage.Lead, true, Refusal.LeadIsThere)]
    [InlineData("Lead", LeadStage.Exchange, false, Refusal.LeadNotIntroduced)]
    [InlineData("Lead", LeadStage.Exchange, true, null)]
    [InlineData("Exchange", LeadStage.Lead, false, null)]
    [InlineData("Lead", LeadStage.Dropped, false, null)]
    [InlineData("Dropped", LeadStage.Lead, false, null)]
    [InlineData("Lead", (LeadStage)99, true, Refusal.UnknownWord)]
    public void A_lead_moves_when_its_record_is_there(string at, LeadStage to, bool introduced, Refusal? expected) =>
        Assert.Equal(expected, Pipeline.Move(at.Length == 0 ? [] : [Move(Enum.Parse<LeadStage>(at), "01-01")], to, introduced, Guid.Empty, null, At("01-02")).Refusal);

    private static LeadMove Move(LeadStage stage, string day) => new(stage, At(day), Guid.Empty);

    private static DateTimeOffset At(string day) => new(2026, int.Parse(day[..2], CultureInfo.InvariantCulture), int.Parse(day[3..], CultureInfo.InvariantCulture), 9, 0, 0, TimeSpan.FromHours(8));
}
