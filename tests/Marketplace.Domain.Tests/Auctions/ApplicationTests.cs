using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

public sealed class ApplicationTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 24, 7, 0, 0, TimeSpan.Zero);
    private static readonly Guid Seller = new("00000000-0000-0000-0000-00000000000a");
    private static readonly Guid Buyer = new("00000000-0000-0000-0000-00000000000b");
    private static readonly Guid Person = new("00000000-0000-0000-0000-00000000000c");
    private static readonly string Pledge = new('b', 64);
    private static readonly string File = new('a', 64);
    private static readonly AppliedLot Lot = new("ZJP-2026-1", Seller, Demo: false, Announced: true, At.AddDays(2), At.AddDays(3), 120_000_000, Pledge);

    [Fact]
    public void Seven_steps_lead_to_a_paddle()
    {
        var a = Start().Value;
        Assert.Equal(ApplicationStep.Qualification, a.Next);
        a = a.Qualify(Lot, "境内法人，有业绩", File, "资格.pdf", At).Value;
        Assert.Equal(ApplicationStep.Mandate, a.Next);
        a = a.Mandate(Lot, "林某某", new DateOnly(2027, 2, 28), File, "委托书.pdf", At).Value;
        a = a.Accept(Lot, "zjp-pledge.1", Pledge, Person, "林某某", At).Value;
        Assert.Equal(PapersReview.None, a.Review);
        a = a.Declare(Lot, Interest.Inventor, "第三完成人持股 1.2%，已回避", "林某某", At).Value;
        Assert.Equal(PapersReview.Waiting, a.Review);
        a = a.SetCeiling(Lot, 180_000_000, Person, "赵某某", At).Value;
        Assert.True(a.MayFreeze(Lot, At).Done);
        a = a.Held(a.Id, At);
        Assert.False(a.IsReady);
        a = a.Reviewed(passed: true, null, Person, At).Value;
        Assert.True(a.IsReady);
        Assert.Null(a.Next);
    }

    [Fact]
    public void Who_may_apply_at_all_is_refused_in_a_fixed_order()
    {
        var bad = Lot with { Announced = false, Demo = true, Seller = Buyer, ApplyUntil = At };
        Assert.Equal(Refusal.LotNotAnnounced, Start(bad).Refusal);
        Assert.Equal(Refusal.DemoMeetsReal, Start(bad = bad with { Announced = true }).Refusal);
        Assert.Equal(Refusal.SellerMayNotBid, Start(bad = bad with { Demo = false }).Refusal);
        Assert.Equal(Refusal.DefaultedBefore, Start(bad = bad with { Seller = Seller, Defaulted = true, ExcludesAbroad = true }).Refusal);
        Assert.Equal(Refusal.DomesticBuyersOnly, Start(bad = bad with { Defaulted = false }).Refusal);
        Assert.Equal(Refusal.ApplicationsClosed, Start(bad = bad with { ExcludesAbroad = false }).Refusal);
        Assert.True(Start(bad with { ApplyUntil = At.AddTicks(10) }).Done);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Demonstration_and_real_never_meet_in_a_lot(bool lotIsDemo, bool applicantIsDemo) =>
        Assert.Equal(Refusal.DemoMeetsReal, Application.Start(Lot with { Demo = lotIsDemo }, Person, "Q-1", Buyer, applicantIsDemo, Person, At).Refusal);

    [Fact]
    public void Control_by_the_seller_excludes_and_an_inventors_share_needs_words()
    {
        var a = Start().Value;
        Assert.Equal(Refusal.RelatedParty, a.Declare(Lot, Interest.Controlled, "全资子公司", "林某某", At).Refusal);
        Assert.Equal(Refusal.RelatedParty, a.Declare(Lot, Interest.Relative, "配偶在转让方任职", "林某某", At).Refusal);
        Assert.Equal(Refusal.RelatedParty, a.Declare(Lot, Interest.Helper, "出具评估报告", "林某某", At).Refusal);
        Assert.Equal(Refusal.Required, a.Declare(Lot, Interest.Inventor, " ", "林某某", At).Refusal);
        Assert.Null(a.Declare(Lot, Interest.None, "多余的话", "林某某", At).Value.InterestText);
    }

    [Fact]
    public void An_inventors_share_names_published_completers_and_nobody_else()
    {
        var a = Start().Value;
        var lot = Lot with { Completers = ["陈某某", "赵某某"] };
        foreach (var of in (string[]?[])[null, [], ["路人甲"]])
        {
            var refused = a.Declare(lot, Interest.Inventor, "持股", "林某某", At, of);
            Assert.Equal((Refusal.Required, "interestOf"), (refused.Refusal!.Value, refused.Detail));
        }

        Assert.Equal("陈某某、赵某某", a.Declare(lot, Interest.Inventor, "持股", "林某某", At, ["赵某某", "路人甲", "陈某某"]).Value.InterestOf);
        // Changed to none, nothing of it is left; and words are asked for as before.
        Assert.Null(a.Declare(lot, Interest.None, null, "林某某", At, ["陈某某"]).Value.InterestOf);
        Assert.Equal("interestText", a.Declare(lot, Interest.Inventor, " ", "林某某", At, ["陈某某"]).Detail);
    }

    [Fact]
    public void A_paper_needs_its_file_its_day_and_the_current_text()
    {
        var a = Start().Value;
        Assert.Equal("statement", a.Qualify(Lot, "", File, "f", At).Detail);
        Assert.Equal("papers", a.Qualify(Lot, "说明", null, null, At).Detail);
        Assert.Equal("agent", a.Mandate(Lot, null, new DateOnly(2027, 1, 1), File, "f", At).Detail);
        Assert.Equal("until", a.Mandate(Lot, "林", null, File, "f", At).Detail);
        Assert.Equal("mandate", a.Mandate(Lot, "林", new DateOnly(2027, 1, 1), "", "f", At).Detail);
        Assert.Equal(Refusal.MandateEndsTooEarly, a.Mandate(Lot, "林", new DateOnly(2026, 11, 26), File, "f", At).Refusal);
        Assert.True(a.Mandate(Lot, "林", new DateOnly(2026, 11, 27), File, "f", At).Done);
        Assert.Equal(Refusal.PledgeChanged, a.Accept(Lot, "zjp-pledge.0", new string('0', 64), Person, "林", At).Refusal);
        Assert.Equal(Refusal.TextNotAllowed, a.Qualify(Lot, "a\0b", File, "f", At).Refusal);
        Assert.Equal(Refusal.TooLong, a.Qualify(Lot, new string('长', 1001), File, "f", At).Refusal);
    }

    [Fact]
    public void After_the_deadline_no_paper_but_the_ceiling_moves_and_the_ledger_decides_on_the_deposit()
    {
        var a = Papers();
        var late = Lot.ApplyUntil;
        Assert.Equal(Refusal.ApplicationsClosed, a.Qualify(Lot, "新说明", File, "f", late).Refusal);
        a = a.SetCeiling(Lot, 120_000_000, Person, "赵", late).Value;
        Assert.True(a.MayFreeze(Lot, late).Done);
        Assert.Equal(Refusal.ApplicationsClosed, a.MayFreeze(Lot, Lot.OpensAt).Refusal);
        // While it waits for its opening, as for a payment that is being matched, there is time.
        Assert.True(a.MayFreeze(Lot with { WaitsToOpen = true }, Lot.OpensAt.AddHours(1)).Done);
    }

    [Theory]
    [InlineData(119_999_999)]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(Fen.Most + 1)]
    public void A_ceiling_is_at_least_the_start_price(long ceiling) =>
        Assert.Equal(Refusal.CeilingOutOfRange, Papers().SetCeiling(Lot, ceiling, Person, "赵", At).Refusal);

    [Fact]
    public void Ceiling_and_deposit_wait_for_the_papers()
    {
        var a = Start().Value;
        Assert.Equal(Refusal.StepOutOfOrder, a.SetCeiling(Lot, 120_000_000, Person, "赵", At).Refusal);
        Assert.Equal(Refusal.StepOutOfOrder, a.MayFreeze(Lot, At).Refusal);
        Assert.Equal(Refusal.StepOutOfOrder, Papers().MayFreeze(Lot, At).Refusal);
    }

    [Fact]
    public void The_reviewer_decides_once_and_a_refusal_has_a_reason()
    {
        Assert.Equal(Refusal.ApplicationDecided, Start().Value.Reviewed(true, null, Person, At).Refusal);
        Assert.Equal("reason", Papers().Reviewed(false, " ", Person, At).Detail);
        var refused = Papers().Reviewed(false, "委托书无签章", Person, At).Value;
        Assert.Equal(Refusal.ApplicationDecided, refused.Reviewed(true, null, Person, At).Refusal);
        Assert.Equal(Refusal.ApplicationDecided, refused.Qualify(Lot, "再试", File, "f", At).Refusal);
        Assert.Equal(Refusal.ApplicationDecided, refused.MayFreeze(Lot, At).Refusal);
        Assert.Equal(Refusal.ApplicationDecided, Papers().Reviewed(true, null, Person, At).Value.Qualify(Lot, "换材料", File, "f", At).Refusal);
    }

    private static Result<Application> Start(AppliedLot? lot = null) => Application.Start(lot ?? Lot, Person, "Q-7F3K", Buyer, demo: false, Person, At);

    private static Application Papers() => Start().Value
        .Qualify(Lot, "说明", File, "资格.pdf", At).Value
        .Mandate(Lot, "林某某", new DateOnly(2027, 2, 28), File, "委托书.pdf", At).Value
        .Accept(Lot, "zjp-pledge.1", Pledge, Person, "林某某", At).Value
        .Declare(Lot, Interest.None, null, "林某某", At).Value;
}
