using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Tests.Payments.Cards;

/// <summary>The process ends at each step of a sale paid by card, in front of it and right after it; the next one comes to the same end.</summary>
public sealed class CardKillTests
{
    private static readonly Guid Buyer = new(0xB, 1, 0, new byte[8]);
    private static readonly Guid Seller = new(0x5E, 1, 0, new byte[8]);

    [Fact]
    public async Task Wherever_the_process_ends_the_end_is_the_same()
    {
        await using var market = new CardMarket();
        var steps = 0;
        var expected = await Sale(market, () => steps++ < 0);
        Assert.True(steps > 40, $"{steps} steps");
        for (var at = 0; at < steps; at++)
        {
            var step = 0;
            var end = await Sale(market, () => step++ == at);
            Assert.Equal((at, 1), (at, market.Kill));
            Assert.Equal((at, expected), (at, end));
        }
    }

    [Fact]
    public async Task A_process_that_ends_again_and_again_comes_to_the_same_end()
    {
        await using var market = new CardMarket();
        var expected = await Sale(market, () => false);
        foreach (var every in new[] { 2, 3, 5, 7 })
        {
            var random = new Random(every);
            Assert.Equal(expected, await Sale(market, () => random.Next(every) == 0));
            Assert.True(market.Kill > 5);
        }
    }

    [Fact]
    public async Task No_card_is_charged_for_what_was_paid_otherwise_meanwhile()
    {
        await using var market = new CardMarket();
        var (deposit, price, card) = (market.NewId(), market.NewId(), market.NewId());
        await Pay(market, deposit, 5_000, null, "pm_card_visa");
        Assert.Null(market.Do((book, at) => Settlements.Raise(book, new RaiseObligations("lot", "signed", [new Owed(price, ObligationKind.Price, Buyer, Seller, 5_000, new DateOnly(2026, 12, 1), ReleaseRule.Acceptance)]), at)));
        Assert.Null(market.Do((book, at) => CardOrders.Open(book, new OpenCard(card, Buyer, 5_000, price, Buyer), at)));
        Assert.Null(market.Do((book, at) => Settlements.Pay(book, new PayObligation(market.NewId(), price, 5_000, Buyer), at)));
        market.Choose(card, "pm_card_visa");
        await market.Settle();
        Assert.Equal((CardOrderState.Ended, "settled"), (market.State.Cards[card].State, market.State.Cards[card].Because));
        Assert.Single(market.Stripe.Charges());
    }

    [Fact]
    public async Task A_payment_that_Stripe_no_longer_knows_comes_to_an_end()
    {
        await using var market = new CardMarket();
        var card = market.NewId();
        Assert.Null(market.Do((book, at) => CardOrders.Open(book, new OpenCard(card, Buyer, 5_000, null, Buyer), at)));
        var answered = 0;
        market.Kills = () => ++answered == 7;
        await market.Settle();
        Assert.Equal(CardOrderState.Ended, market.State.Cards[card].State);

        var lost = market.NewId();
        Assert.Null(market.Do((book, at) => CardOrders.Open(book, new OpenCard(lost, Buyer, 5_000, null, Buyer), at)));
        await market.Turn($"{lost}");
        market.Stripe.Reset(9);
        market.Choose(lost, "pm_card_visa");
        await market.Settle();
        Assert.Equal(CardOrderState.Ended, market.State.Cards[lost].State);
        Assert.Empty(market.Stripe.Charges());
    }

    /// <summary>A deposit by card, frozen and used; the rest by a card whose bank asks; release; what is left back to the card, the price to the seller.</summary>
    private static async Task<string> Sale(CardMarket market, Func<bool> kills)
    {
        market.Reset(7);
        market.Kills = () => false;
        var connected = market.Connected();
        await market.TopUp(30_000);
        market.Kills = kills;
        var (deposit, rest, hold, price, declined) = (market.NewId(), market.NewId(), market.NewId(), market.NewId(), market.NewId());
        await Pay(market, declined, 7_000, null, "pm_card_chargeDeclined");
        await Pay(market, deposit, 7_000, null, "pm_card_visa");
        Assert.Null(market.Do((book, at) => Deposits.Place(book, new PlaceHold(hold, Buyer, "lot", 5_000), at)));
        Assert.Null(market.Do((book, at) => Deposits.Bind(book, hold, at)));
        Assert.Null(market.Do((book, at) => Settlements.Raise(book, new RaiseObligations("lot", "signed", [new Owed(price, ObligationKind.Price, Buyer, Seller, 20_000, new DateOnly(2026, 12, 1), ReleaseRule.Acceptance)]), at)));
        Assert.Null(market.Do((book, at) => Settlements.UseForPrice(book, hold, "lot", at)));
        await Pay(market, rest, 15_000, price, "pm_card_authenticationRequired");
        Assert.Null(market.Do((book, at) => Settlements.Claim(book, new ClaimRelease(market.NewId(), price, new string('e', 64), at + TimeSpan.FromDays(14)), at)));
        var won = Disputed(market, rest);
        await market.Settle();
        Assert.Equal(Refusal.ChargebackStopsRelease, market.Do((book, at) => Settlements.Agree(book, price, Buyer, at)));
        market.Stripe.CloseDispute(won, won: true);
        await market.Settle();
        Assert.Null(market.Do((book, at) => Settlements.Agree(book, price, Buyer, at)));
        Assert.Null(market.Do((book, at) => PayingOut.Instruct(book, new InstructPayout(market.NewId(), Buyer, 2_000, deposit, Buyer), at)));
        Assert.Null(market.Do((book, at) => PayingOut.Instruct(book, new InstructPayout(market.NewId(), Seller, 20_000, connected, Seller), at)));
        await market.Settle();
        // The bank of the other card keeps what it took back, after it had gone on.
        market.Stripe.CloseDispute(Disputed(market, deposit), won: false);
        await market.Settle();
        Assert.Equal((5_000, 5_000), (market.State.OwesForCards(Buyer), market.State.Obligations.Values.Single(o => o.Terms.Kind == ObligationKind.Chargeback).OutstandingFen));

        Assert.Empty(Trials.Of(market.State).Failed);
        // What is left is what the market paid in, less what Stripe kept of two payments and for two disputes, and what the payer owes.
        Assert.Equal(30_000 - 438 - 670 - 3_000 - 5_000, market.Stripe.TotalBalance("cny"));
        Assert.Equal(-market.Stripe.TotalBalance("cny"), market.State.Ledger[new Account(Purpose.CustodianBank)].PostedFen);
        Assert.Equal(new Dictionary<string, int> { [$"{deposit}"] = 1, [$"{rest}"] = 1 }, market.Stripe.SucceededBy("zjp_payment"));
        var (made, refunds) = (await market.Client.V1.Transfers.ListAsync(), await market.Client.V1.Refunds.ListAsync());
        Assert.Equal((1, 1), (made.Data.Count, refunds.Data.Count));
        var book = market.State;
        return string.Join("; ",
        [
            .. book.Cards.Values.OrderBy(c => c.Id).Select(c => $"card {c.State} {c.AmountFen} {c.Because}"),
            .. book.Chargebacks.Values.OrderBy(c => c.Id, StringComparer.Ordinal).Select(c => $"dispute {c.State} {c.AmountFen} {c.TakenFen}"),
            .. book.Payouts.Values.OrderBy(p => p.Id).Select(p => $"payout {p.State} {p.AmountFen}"),
            .. book.Obligations.Values.Select(o => $"owed {o.PaidFen} {o.ReleasedFen} {o.RefundedFen}"),
            .. book.Ledger.Accounts.OrderBy(a => a.Key.Purpose).ThenBy(a => a.Key.Organisation).Select(a => $"{a.Key.Purpose} {a.Value.PostedFen}"),
            $"lines {market.Facts.Count}",
        ]);
    }

    private static string Disputed(CardMarket market, Guid payment) => market.Stripe.OpenDispute(market.State.Credits[payment].BankReference);

    private static async Task Pay(CardMarket market, Guid payment, long fen, Guid? owed, string method)
    {
        Assert.Null(market.Do((book, at) => CardOrders.Open(book, new OpenCard(payment, Buyer, fen, owed, Buyer), at)));
        market.Choose(payment, method);
        await market.Settle();
    }
}
