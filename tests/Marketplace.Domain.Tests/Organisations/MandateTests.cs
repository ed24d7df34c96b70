using System.Collections.Immutable;
using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Organisations.Mandates;

namespace Marketplace.Domain.Tests.Organisations;

/// <summary>委托: from the proposal to the end, one line a step.</summary>
public sealed class MandateTests
{
    private static readonly Guid Agency = new("00000000-0000-0000-0000-0000000000a1");
    private static readonly Guid Rival = new("00000000-0000-0000-0000-0000000000a2");
    private static readonly Guid Client = new("00000000-0000-0000-0000-0000000000c1");
    private static readonly ImmutableArray<Guid> Things = [.. Enumerable.Range(1, 4).Select(i => new Guid($"00000000-0000-0000-0000-0000000000d{i}"))];
    private static readonly MandateTerms Terms = new()
    {
        Side = MandateSide.Supply,
        From = new DateOnly(2026, 6, 1),
        Until = new DateOnly(2027, 5, 31),
        Powers = [MandatePower.WriteAchievements],
        Fee = new MandateFee(FeeKind.Share, ShareBp: 300),
    };

    // A day and an hour, who, what, and where it leads: a state or the refusal.
    [Theory]
    [InlineData("06-01 A sign Proposed; 06-02 C sign Signed")]
    [InlineData("06-01 C sign Proposed; 06-02 A sign Signed")]
    [InlineData("06-01 A sign Proposed; 06-02 A sign Proposed; 06-03 C revise Proposed; 06-03 C sign Proposed; 06-04 A sign Signed")]
    [InlineData("06-01 A sign Proposed; 06-02 C decline Declined; 06-03 C sign MandateNotOpen")]
    [InlineData("06-01 A decline NotYourAnswer; 06-01 C withdraw NotYourAnswer; 06-01 A withdraw Withdrawn; 06-02 C sign MandateNotOpen")]
    // Proposed on 1 June: stands to 24:00 of 1 July.
    [InlineData("07-01 A sign Proposed; 07-02 C sign MandateNotOpen")]
    [InlineData("06-01 A sign Proposed; 06-01 C sign Signed; 06-02 C revise MandateNotOpen; 06-02 C decline MandateNotOpen")]
    // Thirty days from the day after 10 July is 9 August, a Sunday: the Monday after.
    [InlineData("06-01 A sign Proposed; 06-01 C sign Signed; 07-10 C notice Signed@08-10; 07-11 A notice MandateEndsAlready")]
    [InlineData("06-01 A sign Proposed; 06-01 A notice MandateNotInForce; 06-01 A ask MandateNotInForce")]
    [InlineData("06-01 A sign Proposed; 06-01 C sign Signed; 06-02 A agree NoEndAsked; 06-02 A ask Signed; 06-02 A agree NotYourAnswer; 06-02 C agree Signed@06-30; 06-03 C notice MandateEndsAlready; 07-01 C notice MandateNotInForce")]
    public void A_mandate_goes_from_step_to_step(string steps)
    {
        var mandate = Proposed(Terms, At("06-01"));
        foreach (var step in steps.Split(';', StringSplitOptions.TrimEntries))
        {
            var words = step.Split(' ');
            var (at, party) = (At(words[0]), words[1] == "A" ? MandateParty.Agency : MandateParty.Client);
            var result = words[2] switch
            {
                "sign" => mandate.Sign(party, By(party, at), [], at),
                "revise" => mandate.Revise(party, Terms with { NoticeDays = 10 }, at),
                "decline" => mandate.Decline(party, at),
                "withdraw" => mandate.Withdraw(party, at),
                "notice" => mandate.GiveNotice(at),
                "ask" => mandate.ProposeEnd(party, new DateOnly(2026, 6, 30), at),
                _ => mandate.AgreeEnd(party, at),
            };
            var expected = words[3].Split('@');
            Assert.Equal(expected[0], result.Done ? result.Value.State.ToString() : result.Refusal.ToString());
            if (result.Done) mandate = result.Value;
            if (expected.Length > 1) Assert.Equal($"2026-{expected[1]}", mandate.LastDay.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void Signatures_are_under_one_text_and_it_holds_from_its_first_to_its_last_day()
    {
        var signed = Signed(Terms);
        Assert.False(signed.IsActive(new DateOnly(2026, 5, 31)));
        Assert.True(signed.IsActive(new DateOnly(2026, 6, 1)));
        Assert.True(signed.IsActive(new DateOnly(2027, 5, 31)));
        Assert.False(signed.IsActive(new DateOnly(2027, 6, 1)));
        var revised = Proposed(Terms, At("06-01")).Sign(MandateParty.Agency, By(MandateParty.Agency, At("06-01")), [], At("06-01")).Value.Revise(MandateParty.Client, Terms with { NoticeDays = 3 }, At("06-02")).Value;
        Assert.Null(revised.AgencySigned);
        Assert.Equal(Refusal.SignerOfBothSides, Proposed(Terms, At("06-01")).Sign(MandateParty.Agency, By(MandateParty.Client, At("06-01")), [], At("06-01")).Value
            .Sign(MandateParty.Client, By(MandateParty.Client, At("06-01")), [], At("06-01")).Refusal);
        // Another signatory of the same side does not sign over the first.
        var first = Proposed(Terms, At("06-01")).Sign(MandateParty.Agency, By(MandateParty.Agency, At("06-01")), [], At("06-01")).Value;
        Assert.Equal(Refusal.MandateSignedAlready, first.Sign(MandateParty.Agency, new MandateSignature(Rival, "别人", At("06-01")), [], At("06-01")).Refusal);
    }

    // Mine: exclusive or open, on these things (* all) in these months of 2027; theirs the same; by the same agency or a rival.
    [Theory]
    [InlineData("open * 1-12", "open * 1-12", "rival", null)]
    [InlineData("excl * 1-12", "open * 1-12", "rival", Refusal.ExclusiveMandateStands)]
    [InlineData("open * 1-12", "excl * 1-12", "rival", Refusal.ExclusiveMandateStands)]
    [InlineData("excl 1 1-12", "open 2 1-12", "rival", null)]
    [InlineData("excl 1 1-12", "open 12 1-12", "rival", Refusal.ExclusiveMandateStands)]
    [InlineData("excl * 1-12", "open 2 1-12", "rival", Refusal.ExclusiveMandateStands)]
    [InlineData("excl * 7-12", "excl * 1-6", "rival", null)]
    [InlineData("excl * 6-12", "excl * 1-6", "rival", Refusal.ExclusiveMandateStands)]
    [InlineData("open * 6-12", "open * 1-6", "same", Refusal.MandateCoversAlready)]
    [InlineData("open * 7-12", "open * 1-6", "same", null)]
    public void An_exclusive_mandate_excludes_another_of_its_side_and_scope(string mine, string theirs, string agency, Refusal? expected)
    {
        var other = Signed(Read(theirs)) with { Id = Things[0], Agency = agency == "same" ? Agency : Rival };
        var proposal = Proposed(Read(mine), At("06-01"));
        Assert.Equal(expected, proposal.Conflict([other], new DateOnly(2026, 6, 1))?.Why);
        // On the other side, for another client, or ended before: no conflict.
        Assert.Null(proposal.Conflict([other with { Terms = other.Terms with { Side = MandateSide.Demand } }], new DateOnly(2026, 6, 1)));
        Assert.Null(proposal.Conflict([other with { Client = Rival }], new DateOnly(2026, 6, 1)));
        Assert.Null(proposal.Conflict([other with { EndsOn = new DateOnly(2026, 12, 31) }], new DateOnly(2026, 6, 1)));
        Assert.Equal(expected, proposal.Sign(MandateParty.Client, By(MandateParty.Client, At("06-01")), [other], At("06-01")).Refusal);
    }

    [Theory]
    [InlineData("side", Refusal.NotAClientOfThisSide)]
    [InlineData("backwards", Refusal.PeriodInvalid)]
    [InlineData("past", Refusal.PeriodInvalid)]
    [InlineData("long", Refusal.PeriodTooLong)]
    [InlineData("far", Refusal.PeriodTooLong)]
    [InlineData("last", Refusal.PeriodTooLong)]
    [InlineData("power", Refusal.PowerNotOfThisSide)]
    [InlineData("answers", null)]
    [InlineData("answers of some", Refusal.PowerNeedsWholeMandate)]
    [InlineData("notice", Refusal.NoticeOutOfRange)]
    [InlineData("fee", Refusal.FeeScaleInvalid)]
    [InlineData("related", Refusal.RelationNotDisclosed)]
    [InlineData("subjects", Refusal.TooManyItems)]
    [InlineData("fine", null)]
    public void What_is_wrong_with_terms_is_said_by_name(string what, Refusal? expected)
    {
        var terms = what switch
        {
            "side" => Terms with { Side = MandateSide.Supply },
            "backwards" => Terms with { Until = Terms.From.AddDays(-1) },
            "past" => Terms with { From = new DateOnly(2025, 12, 1), Until = new DateOnly(2026, 5, 1) },
            "long" => Terms with { Until = Terms.From.AddYears(3) },
            "far" => Terms with { From = new DateOnly(9998, 1, 1), Until = new DateOnly(9998, 12, 31) },
            "last" => Terms with { From = DateOnly.MaxValue, Until = DateOnly.MaxValue },
            "power" => Terms with { Powers = [MandatePower.WriteDemands] },
            "answers" => Terms with { Subjects = [], Powers = [MandatePower.AnswerDemands] },
            "answers of some" => Terms with { Subjects = [Things[0]], Powers = [MandatePower.WriteAchievements, MandatePower.AnswerDemands] },
            "notice" => Terms with { NoticeDays = 91 },
            "fee" => Terms with { Fee = new MandateFee(FeeKind.Share, ShareBp: 3001) },
            "subjects" => Terms with { Subjects = [Things[0], Things[0]] },
            _ => Terms,
        };
        var faults = terms.Faults(what == "side" ? OrganisationKind.Enterprise : OrganisationKind.University, related: what == "related", new DateOnly(2026, 6, 1));
        Assert.Equal(expected is null ? [] : [expected.Value], faults.Select(f => f.Why));
        if (what == "related") Assert.Empty((terms with { Related = "法定代表人相同" }).Faults(OrganisationKind.University, related: true, new DateOnly(2026, 6, 1)));
    }

    // The scale, an amount of 成交额 in yuan, and the fee in fen.
    [Theory]
    [InlineData("none", 1_000_000, null)]
    [InlineData("300", 3_120_000, 9_360_000L)]
    [InlineData("fixed", 1, 4_000_000L)]
    [InlineData("tiers", 1_000_000, 5_000_000L)]
    [InlineData("tiers", 2_000_000, 8_000_000L)]
    [InlineData("tiers", 6_000_000, 18_000_000L)]
    public void A_fee_follows_its_scale(string scale, long yuan, long? fen)
    {
        var fee = scale switch
        {
            "none" => MandateFee.Unagreed,
            "fixed" => new MandateFee(FeeKind.Fixed, FixedFen: 4_000_000),
            "tiers" => new MandateFee(FeeKind.Tiers) { Tiers = [new FeeTier(100_000_000, 500), new FeeTier(500_000_000, 300), new FeeTier(null, 100)] },
            _ => new MandateFee(FeeKind.Share, ShareBp: int.Parse(scale, System.Globalization.CultureInfo.InvariantCulture)),
        };
        Assert.Null(fee.Fault());
        Assert.Equal(fen, fee.On(yuan * 100));
    }

    [Fact]
    public void A_share_never_rounds_up_and_a_finer_cut_of_one_scale_gives_the_same_fee() =>
        Gen.Select(Gen.Long[1, Fen.Most], Gen.Int[1, MandateFee.MostBp], Gen.Long[1, Fen.Most]).Sample((deal, bp, cut) =>
        {
            var share = new MandateFee(FeeKind.Share, ShareBp: bp).On(deal)!.Value;
            Assert.True((decimal)share * 10_000 <= (decimal)deal * bp && (decimal)(share + 1) * 10_000 > (decimal)deal * bp);
            Assert.Equal(share, new MandateFee(FeeKind.Tiers) { Tiers = [new FeeTier(cut, bp), new FeeTier(null, bp)] }.On(deal));
        });

    [Fact]
    public void Terms_come_back_from_their_text_as_they_went_in() =>
        Gen.Select(Gen.Int[0, 3000], Gen.Bool, Gen.Int[0, 4], Gen.String).Sample((bp, exclusive, count, note) =>
        {
            var terms = Terms with { Exclusive = exclusive, Subjects = [.. Things.Take(count)], Note = Text.IsStorable(note) ? note : null, Fee = new MandateFee(FeeKind.Share, FeePayer.Halves, bp) };
            Assert.Equal(terms, MandateTerms.Read(terms.Write()));
        });

    private static MandateTerms Read(string line)
    {
        var words = line.Split(' ');
        var months = words[2].Split('-').Select(m => int.Parse(m, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        return Terms with
        {
            Exclusive = words[0] == "excl",
            Subjects = words[1] == "*" ? [] : [.. words[1].Select(c => Things[c - '1'])],
            From = new DateOnly(2027, months[0], 1),
            Until = new DateOnly(2027, months[1], 1).AddMonths(1).AddDays(-1),
        };
    }

    private static Mandate Proposed(MandateTerms terms, DateTimeOffset at) =>
        new() { Id = Guid.Empty, Agency = Agency, Client = Client, Terms = terms, By = MandateParty.Agency, ProposedAt = at };

    private static Mandate Signed(MandateTerms terms)
    {
        var at = At("06-01");
        var once = Proposed(terms, at).Sign(MandateParty.Agency, By(MandateParty.Agency, at), [], at).Value;
        return once.Sign(MandateParty.Client, By(MandateParty.Client, at), [], at).Value;
    }

    private static MandateSignature By(MandateParty party, DateTimeOffset at) => new(party == MandateParty.Agency ? Agency : Client, "某某", at);

    private static DateTimeOffset At(string day) =>
        new(2026, int.Parse(day[..2], System.Globalization.CultureInfo.InvariantCulture), int.Parse(day[3..], System.Globalization.CultureInfo.InvariantCulture), 23, 0, 0, TimeSpan.FromHours(8));
}
