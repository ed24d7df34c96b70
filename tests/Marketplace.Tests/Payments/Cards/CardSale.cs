using System.Collections.Concurrent;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.StandIns;

namespace Marketplace.Tests.Payments.Cards;

/// <summary>What the runs met, to be sure that they met everything.</summary>
internal sealed class CardSaleCounts
{
    private readonly ConcurrentDictionary<string, int> _all = [];

    public IEnumerable<KeyValuePair<string, int>> All => _all;

    public int Sales => _all.GetValueOrDefault("sales");

    public void Add(string what, int count = 1) => _all.AddOrUpdate(what, count, (_, before) => before + count);

    public override string ToString() => string.Join(", ", _all.OrderBy(c => c.Key).Select(c => $"{c.Key} {c.Value}"));
}

/// <summary>
/// One sale of a seed: bidders abroad pay their deposits by card, one wins, pays the rest or does not, the price is released or
/// goes back, and all money leaves again. Faults are on from the first payment to the last payout.
/// </summary>
internal sealed class CardSale(CardMarket market, int seed, FaultPlan faults, double killsPerStep)
{
    private static readonly DateOnly Due = new(2026, 12, 1);
    private static readonly TimeSpan Disputable = TimeSpan.FromDays(10);
    private static readonly string Evidence = new('e', 64);

    private readonly Random _random = new(seed);
    private readonly List<Guid> _bidders = [];
    private readonly Guid _seller = new(0x5E, 1, 0, new byte[8]);
    private readonly Guid _clerk = new(0xC, 1, 0, new byte[8]);
    private bool _mayFailLate;

    private readonly string _lot = $"ZJP-{seed}";

    public async Task Run(CardSaleCounts counts)
    {
        market.Reset((ulong)seed + 1);
        market.Stripe.Faults = FaultPlan.None;
        market.Kills = () => false;
        var (connected, ofMarket) = (market.Connected(), market.Connected());
        await market.TopUp(2_000_000, finds: seed % 10 == 0);
        market.Stripe.Faults = faults;
        market.Kills = () => _random.NextDouble() < killsPerStep;
        market.Answers = () => _random.Next(10) switch { 0 => null, 1 => false, _ => true };

        var deposit = _random.NextInt64(1, 50_000);
        var holds = await Deposits(_random.Next(3) == 0 ? 2 : 1, deposit, counts);
        if (_random.Next(10) == 0) await Dispute(counts);
        if (holds.Count > 0) await Sell(holds, deposit, counts);
        if (_random.Next(10) == 0) await Dispute(counts);
        await PayOut(connected, ofMarket, counts);
        if (_random.Next(20) == 0) await Dispute(counts);
        if (market.Stripe.Disputes().Count > 0) await Decide(counts);
        await PayDebts(counts);

        market.Stripe.Faults = FaultPlan.None;
        market.Kills = () => false;
        if (seed % 10 == 0) Assert.Empty((await market.Compare()).Strangers);
        InOrder();

        counts.Add("sales");
        counts.Add("requests", market.Stripe.Requests.Count);
        counts.Add("killed", market.Kill);
        counts.Add("cards that ended unpaid", market.State.Cards.Values.Count(c => c.State == CardOrderState.Ended));
        foreach (var payout in market.State.Payouts.Values) counts.Add($"payouts {payout.State}");
    }

    private static void Must(Refusal? refusal) => Assert.Null(refusal);

    private async Task<Dictionary<Guid, Guid>> Deposits(int bidders, long deposit, CardSaleCounts counts)
    {
        var holds = new Dictionary<Guid, Guid>();
        for (var bidder = 0; bidder < bidders; bidder++)
        {
            var who = new Guid(0xB, (short)(bidder + 1), 0, new byte[8]);
            _bidders.Add(who);
            if (!await Pay(who, deposit, null, counts)) continue;
            var hold = market.NewId();
            Must(market.Do((book, at) => Domain.Payments.Deposits.Place(book, new PlaceHold(hold, who, _lot, deposit, at), at)));
            Must(market.Do((book, at) => Domain.Payments.Deposits.Bind(book, hold, at)));
            holds[who] = hold;
        }

        return holds;
    }

    private async Task Sell(Dictionary<Guid, Guid> holds, long deposit, CardSaleCounts counts)
    {
        var (winner, held) = holds.First();
        foreach (var (_, hold) in holds.Skip(1)) Must(market.Do((book, at) => Domain.Payments.Deposits.Release(book, hold, byAuction: true, at)));
        if (_random.Next(10) == 0)
        {
            // 悔拍 before anything is signed.
            var costs = _random.NextInt64(0, deposit + 1);
            Must(market.Do((book, at) => Settlements.Forfeit(book, new ForfeitHold(held, costs, 0), _seller, at)));
            counts.Add("forfeited at once");
            return;
        }

        var (price, fee) = (deposit + _random.NextInt64(1, 900_000), _random.NextInt64(1, 2_000));
        var (owedPrice, owedFee, sellerFee) = (market.NewId(), market.NewId(), market.NewId());
        Must(market.Do((book, at) => Settlements.Raise(book, new RaiseObligations(_lot, "signed",
        [
            new Owed(owedPrice, ObligationKind.Price, winner, _seller, price, Due, ReleaseRule.Acceptance),
            new Owed(owedFee, ObligationKind.PlatformFee, winner, null, fee, Due, ReleaseRule.AtOnce),
            new Owed(sellerFee, ObligationKind.PlatformFee, _seller, null, Math.Max(1, price / 50), Due, ReleaseRule.OutOfPrice),
        ]), at)));
        Must(market.Do((book, at) => Settlements.UseForPrice(book, held, _lot, at)));
        var all = _random.Next(8) != 0 && await PayAll(winner, counts);
        if (!market.State.Obligations[owedPrice].IsPaid)
        {
            Must(market.Do((book, at) => Settlements.Unwind(book, _lot, "defaulted", market.NewId(), Due, at, keepsDeposit: true)));
            if (market.Do((book, at) => Settlements.ForfeitKept(book, _lot, _random.NextInt64(0, deposit + 1), 0, at)) is Refusal.ChargebackStopsRelease)
            {
                await Decide(counts);
                market.Do((book, at) => Settlements.ForfeitKept(book, _lot, 0, 0, at));
            }

            counts.Add("forfeited from the price");
        }
        else if (!all || _random.Next(5) == 0)
        {
            Must(market.Do((book, at) => Settlements.Unwind(book, _lot, "void", market.NewId(), Due, at)));
            counts.Add("fell and went back");
        }
        else
        {
            if (_random.Next(10) == 0) await Dispute(counts);
            await Release(winner, owedPrice, counts);
        }
    }

    /// <summary>The seller claims and has the price; a dispute makes it wait, and when it is lost the price has to be paid again.</summary>
    private async Task Release(Guid winner, Guid price, CardSaleCounts counts)
    {
        var claimed = market.Do((book, at) => Settlements.Claim(book, new ClaimRelease(market.NewId(), price, Evidence, at + TimeSpan.FromDays(14)), at));
        if (claimed is null && _random.Next(10) == 0) await Dispute(counts);
        var released = claimed ?? Ask();
        if (released is Refusal.ChargebackStopsRelease or Refusal.NotPaidYet)
        {
            counts.Add($"waited: {released}");
            await Decide(counts);
            if (claimed is null && await PayAll(winner, counts)) released = Ask();
        }

        if (released is null)
        {
            counts.Add("released");
            return;
        }

        Assert.True(released is Refusal.NotPaidYet or Refusal.ChargebackStopsRelease, $"{released}");
        Must(market.Do((book, at) => Settlements.Unwind(book, _lot, "void", market.NewId(), Due, at)));
        counts.Add("fell after a dispute");

        Refusal? Ask()
        {
            if (_random.Next(2) == 0) return market.Do((book, at) => Settlements.Agree(book, price, _clerk, at));
            market.Time.Advance(TimeSpan.FromDays(14));
            return market.Do((book, at) => Settlements.ReleaseUnopposed(book, price, at));
        }
    }

    /// <summary>The bank of some card takes its money back, and decides at once, or later.</summary>
    private async Task Dispute(CardSaleCounts counts)
    {
        var charges = market.Stripe.Charges().Where(c => !c.Disputed && c.Captured > c.Refunded).ToList();
        if (charges.Count == 0) return;
        var dispute = market.Stripe.OpenDispute(charges[_random.Next(charges.Count)].Id, "product_not_received");
        counts.Add("disputes");
        if (_random.Next(2) == 0) await market.Settle();
        if (_random.Next(2) == 0) market.Stripe.CloseDispute(dispute, won: _random.Next(2) == 0);
        await market.Settle();
    }

    /// <summary>The banks decide what is left, and the book learns of all of it, by the events or without them.</summary>
    private async Task Decide(CardSaleCounts counts)
    {
        foreach (var (dispute, open) in market.Stripe.Disputes()) if (open) market.Stripe.CloseDispute(dispute, won: _random.Next(2) == 0);
        await market.Settle();
        await CompareAll();
        Assert.Equal(market.Stripe.Disputes().Keys.Order(StringComparer.Ordinal), market.State.Chargebacks.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(market.State.Chargebacks.Values, c => c.State == ChargebackState.Open);
        counts.Add("decided");
    }

    /// <summary>Some pay what a lost dispute left, with another card or from what they have.</summary>
    private async Task PayDebts(CardSaleCounts counts)
    {
        foreach (var debt in market.State.Obligations.Values.Where(o => o.Terms.Kind == ObligationKind.Chargeback && o.OutstandingFen > 0).OrderBy(o => o.Id).ToList())
        {
            if (_random.Next(2) == 0 && await Pay(debt.Terms.Debtor, debt.OutstandingFen, debt.Id, counts)) counts.Add("debts paid");
        }
    }

    private async Task<int> CompareAll()
    {
        var comparisons = 0;
        for (; (await market.Compare()).Found > 0; comparisons++)
        {
            Assert.True(comparisons < 100, "There is always something behind.");
            await market.Settle();
        }

        return comparisons;
    }

    private async Task<bool> PayAll(Guid winner, CardSaleCounts counts)
    {
        foreach (var owed in market.State.ObligationsAbout(_lot).Where(o => o.Terms.Debtor == winner && o.OutstandingFen > 0).ToList())
        {
            if (!await Pay(winner, owed.OutstandingFen, owed.Id, counts)) return false;
        }

        return true;
    }

    /// <summary>Tries one card after the other, as somebody who wants to pay.</summary>
    private async Task<bool> Pay(Guid who, long amount, Guid? owed, CardSaleCounts counts)
    {
        for (var card = 0; card < 4; card++)
        {
            var payment = market.NewId();
            Must(market.Do((book, at) => CardOrders.Open(book, new OpenCard(payment, who, amount, owed, who), at)));
            if (owed is not null && _random.Next(4) == 0)
            {
                // Another browser of the same payer.
                Assert.Equal(Refusal.CardPaymentOpen, market.Do((book, at) => CardOrders.Open(book, new OpenCard(market.NewId(), who, amount, owed, who), at)));
                counts.Add("second browsers");
            }

            switch (_random.Next(20))
            {
                case 0:
                    break;
                case 1:
                    market.Withdraw(payment);
                    break;
                case 2 or 3:
                    market.Choose(payment, "pm_card_chargeDeclined");
                    break;
                case 4 or 5 or 6:
                    market.Choose(payment, "pm_card_authenticationRequired");
                    break;
                case 7:
                    market.Choose(payment, "pm_card_refundFail");
                    _mayFailLate = true;
                    break;
                case 8:
                    market.Choose(payment, "pm_card_pendingRefund");
                    break;
                case 9:
                    // Chosen, and given up at the same moment.
                    market.Choose(payment, "pm_card_visa");
                    market.Withdraw(payment);
                    break;
                default:
                    market.Choose(payment, "pm_card_visa");
                    break;
            }

            await market.Settle();
            if (market.State.Cards[payment].State == CardOrderState.Paid) return true;
        }

        counts.Add("gave up paying");
        return false;
    }

    /// <summary>All money leaves again: to the cards it came from, to the seller, to the market.</summary>
    private async Task PayOut(Guid connected, Guid ofMarket, CardSaleCounts counts)
    {
        foreach (var who in _bidders)
        {
            foreach (var card in market.State.Cards.Values.Where(c => c.Organisation == who && c.State == CardOrderState.Paid).OrderBy(c => c.Id).ToList())
            {
                // A refund that came back is asked for once more; then it stays on the account.
                for (var attempt = 0; attempt < 2 && market.State.Of(who).AvailableFen > market.State.OwesForCards(who); attempt++)
                {
                    if (market.State.Chargebacks.Values.Any(c => c.Card == card.Id && c.State != ChargebackState.Won))
                    {
                        Assert.Equal(Refusal.CardPaymentDisputed, market.Do((book, at) => PayingOut.Instruct(book, new InstructPayout(market.NewId(), who, 1, card.Id, who), at)));
                        break;
                    }

                    var back = market.State.PayoutsFor(card.Id).Where(p => p.State == PayoutState.Made).Sum(p => p.AmountFen);
                    var free = market.State.Of(who).AvailableFen - market.State.OwesForCards(who);
                    var amount = Math.Min(card.AmountFen - back, free);
                    if (amount == 0) break;
                    if (free > amount) Assert.Equal(Refusal.CardRefundTooMuch, market.Do((book, at) => PayingOut.Instruct(book, new InstructPayout(market.NewId(), who, amount + 1, card.Id, who), at)));
                    Must(market.Do((book, at) => PayingOut.Instruct(book, new InstructPayout(market.NewId(), who, amount, card.Id, who), at)));
                    await market.Settle();
                }
            }
        }

        foreach (var (owner, to) in new[] { ((Guid?)_seller, _random.Next(20) == 0 ? market.NewId() : connected), (null, ofMarket) })
        {
            var free = owner is { } who ? market.State.Of(who).AvailableFen : market.State.Ledger[new Account(Purpose.Fee)].AvailableFen - market.State.ShortFen;
            if (free <= 0) continue;
            // The seller's money leaves when no card can take it back any more.
            if (owner is { } seller && market.State.LeavesFrom(seller, market.Now, Disputable) is { Length: > 1 } later)
            {
                Assert.Equal(Refusal.CardMoneyStays, market.Do((book, at) => PayingOut.Instruct(book, new InstructPayout(market.NewId(), owner, free, to, null), at, Disputable)));
                market.Time.SetUtcNow(later[^1].From);
                counts.Add("stayed");
            }

            Must(market.Do((book, at) => PayingOut.Instruct(book, new InstructPayout(market.NewId(), owner, free, to, null), at, Disputable)));
        }

        await market.Settle();
        if (!_mayFailLate && seed % 4 != 0) return;
        // A refund that had succeeded can fail a day later, and nobody tells.
        market.Time.Advance(TimeSpan.FromDays(2));
        if (await CompareAll() > 0) counts.Add("found by comparing");
    }

    private void InOrder()
    {
        var book = market.State;
        Assert.Empty(Trials.Of(book).Failed);
        Assert.DoesNotContain(book.Cards.Values, c => c.State == CardOrderState.Open);
        Assert.DoesNotContain(book.Payouts.Values, p => p.State == PayoutState.Instructed);
        Assert.DoesNotContain(book.Holds.Values, h => h.IsActive);
        Assert.Empty(book.Ledger.Open);
        // What a payer owes after a lost dispute it may never pay.
        Assert.All(book.Obligations.Values, o => Assert.True(o.IsOver || o.Terms.Kind == ObligationKind.Chargeback, $"{o.Terms.Kind}: {o.OutstandingFen} owed, {o.KeptFen} kept"));

        // Each deposit ended once, each charge is one payment's, each payment of an award is one.
        Assert.Equal(book.Holds.Count, market.Facts.Count(f => f is HoldReleased or HoldUsedForPrice or HoldForfeitedTo));
        var paid = book.Cards.Values.Where(c => c.State == CardOrderState.Paid).ToList();
        Assert.Equal(paid.ToDictionary(c => $"{c.Id}", _ => 1), market.Stripe.SucceededBy("zjp_payment"));
        // What a lost dispute took back of a sale is paid once more.
        var taken = market.Facts.OfType<CardDisputeLost>().SelectMany(f => f.Shares).CountBy(s => s.Obligation).ToDictionary();
        Assert.All(paid.Select(c => c.Obligation).OfType<Guid>().CountBy(o => o), award => Assert.InRange(award.Value, 1, 1 + taken.GetValueOrDefault(award.Key)));
        Assert.Empty(market.Stripe.Holds());

        // What the provider has is what the book says it has; what it kept is the market's cost, fee by fee.
        Assert.All(paid, c => Assert.True(c.FeeFen > 0));
        Assert.Equal(-book.Ledger[new Account(Purpose.CustodianBank)].PostedFen, market.Stripe.TotalBalance("cny"));
    }
}
