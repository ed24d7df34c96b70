using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>The words of a sale: what is owed, kept, released and paid out.</summary>
internal sealed partial class Bookkeeper
{
    public static readonly Guid Broker = Id(0xB0);
    public static readonly DateOnly Due = new(2026, 11, 9);
    public static readonly TimeSpan TimeToObject = TimeSpan.FromDays(7);
    private readonly HashSet<string> _fell = [];
    private static readonly string Evidence = new('e', 64);

    public static Owed Price(int id, long amount, ReleaseRule release = ReleaseRule.Acceptance, DateOnly? due = null, Guid? buyer = null) =>
        new(Id(id), ObligationKind.Price, buyer ?? A, Seller, amount, due ?? Due, release, release == ReleaseRule.Milestone ? "中试完成" : null);

    /// <summary>The market's fee on the seller, out of the price.</summary>
    public static Owed SellerFee(int id, long amount) => new(Id(id), ObligationKind.PlatformFee, Seller, null, amount, Due, ReleaseRule.OutOfPrice);

    /// <summary>The market's fee on the buyer, paid apart.</summary>
    public static Owed BuyerFee(int id, long amount, Guid? buyer = null) => new(Id(id), ObligationKind.PlatformFee, buyer ?? A, null, amount, Due, ReleaseRule.AtOnce);

    public static Owed BrokerFee(int id, long amount) => new(Id(id), ObligationKind.BrokerFee, Seller, Broker, amount, Due, ReleaseRule.OutOfPrice);

    public Obligation this[int obligation] => State.Obligations[Id(obligation)];

    public long Free(Guid organisation) => State.View(organisation).AvailableFen;

    public long Kept => State.Ledger[new Account(Purpose.Escrow, Seller)].PostedFen;

    public long Fees => State.Ledger[new Account(Purpose.Fee)].PostedFen;

    public Refusal? Raise(string about, params Owed[] owed) => RaiseFor("signed", about, owed);

    public Refusal? RaiseFor(string cause, string about, params Owed[] owed) => Do((book, at) => Settlements.Raise(book, new RaiseObligations(about, cause, [.. owed]), at));

    public Refusal? Pay(int payment, int obligation, long amount) => Do((book, at) => Settlements.Pay(book, new PayObligation(Id(payment), Id(obligation), amount, Clerk), at));

    public Refusal? CreditFor(int id, Guid organisation, long amount, int obligation) =>
        Do((book, at) => Deposits.Confirm(book, new ConfirmCredit(Id(id), organisation, amount, Start.AddDays(-1), $"B{id}", "ZJP", Clerk, Id(obligation)), at));

    public Refusal? AssignFor(int id, Guid organisation, int obligation) => Do((book, at) => Deposits.Assign(book, new AssignCredit(Id(id), organisation, Clerk, Id(obligation)), at));

    public Refusal? UseFor(int hold, string about) => Do((book, at) => Settlements.UseForPrice(book, Id(hold), about, at));

    public Refusal? Claim(int claim, int obligation, TimeSpan? toObject = null, string? evidence = null) =>
        Do((book, at) => Settlements.Claim(book, new ClaimRelease(Id(claim), Id(obligation), evidence ?? Evidence, at + (toObject ?? TimeToObject)), at));

    public Refusal? Agree(int obligation) => Do((book, at) => Settlements.Agree(book, Id(obligation), Clerk, at));

    public Refusal? Object(int obligation, string reason = "未达指标") => Do((book, at) => Settlements.Object(book, Id(obligation), reason, Clerk, at));

    /// <summary>What the clock asks for.</summary>
    public Refusal? Unopposed(int obligation) => Do((book, at) => Settlements.ReleaseUnopposed(book, Id(obligation), at));

    public Refusal? Propose(int ruling, int obligation, long release, Guid? by = null, string reason = "鉴定意见") =>
        Do((book, at) => Settlements.Propose(book, new ProposeRuling(Id(ruling), Id(obligation), release, reason, by ?? Clerk), at));

    public Refusal? Confirm(int obligation, int ruling, Guid? by = null) => Do((book, at) => Settlements.Confirm(book, Id(obligation), Id(ruling), by ?? OtherClerk, at));

    public Refusal? ForfeitKept(string about, long costs, long shortfall) => Do((book, at) => Settlements.ForfeitKept(book, about, costs, shortfall, at));

    public Refusal? Unwind(string about, int restitution = 0xBAC, string because = "void", bool keepsDeposit = false)
    {
        _fell.Add(about);
        return Do((book, at) => Settlements.Unwind(book, about, because, Id(restitution), Due.AddDays(30), at, keepsDeposit));
    }

    public Refusal? Commission(string about, Guid client, Guid agency, long amount, int state) => Do((book, at) => Settlements.Commission(
        book, new SetCommission(about, $"state-{state}", client, agency, amount, Due, !_fell.Contains(about), Id(0x4000_0000 + state), Id(0x5000_0000 + state)), at));

    public Refusal? Instruct(int payout, Guid? organisation, long amount, int account = 0xACC) =>
        Do((book, at) => PayingOut.Instruct(book, new InstructPayout(Id(payout), organisation, amount, Id(account), Clerk), at));

    public Refusal? Make(int payout, string bank) => Do((book, at) => PayingOut.Make(book, Id(payout), bank, Clerk, at));

    public Refusal? Fail(int payout, string reason = "账号不符") => Do((book, at) => PayingOut.Fail(book, Id(payout), reason, Clerk, at));

    /// <summary>A payment by card, charged at once.</summary>
    public Refusal? Charge(int card, Guid payer, long amount, int? obligation = null)
    {
        var opened = Do((book, at) => CardOrders.Open(book, new OpenCard(Id(card), payer, amount, obligation is { } owed ? Id(owed) : null, Clerk), at));
        return opened ?? Do((book, at) => CardOrders.Charged(book, Id(card), $"ch_{card}", Start, at));
    }

    public Refusal? Fee(int card, string transaction, long amount) => Do((book, _) => CardOrders.Fee(book, Id(card), new ProviderFee(transaction, amount)));

    public Refusal? TopUp(string transaction, long amount) => Do((book, _) => CardOrders.TopUp(book, transaction, amount));

    public Refusal? Dispute(string dispute, int card, long amount) => Do((book, at) => Chargebacks.Open(book, Id(card), dispute, amount, "fraudulent", at));

    public Refusal? WinDispute(string dispute) => Do((book, at) => Chargebacks.Win(book, dispute, at));

    public Refusal? LoseDispute(string dispute, int debt) => Do((book, at) => Chargebacks.Lose(book, dispute, Id(debt), Due.AddDays(60), at));

    public long Owes(Guid payer) => State.OwesForCards(payer);

    /// <summary>The buyer's money comes for all that it owes of the sale, and pays it.</summary>
    public void PayAll(string about)
    {
        foreach (var owed in State.ObligationsAbout(about).Where(o => o.Terms.Release != ReleaseRule.OutOfPrice && o.OutstandingFen > 0).ToList())
        {
            var credit = 0x9000 + Lines.Count;
            Assert.Null(Do((book, at) => Deposits.Confirm(
                book, new ConfirmCredit(Id(credit), owed.Terms.Debtor, owed.OutstandingFen, Start.AddDays(-1), $"B{credit}", "ZJP", Clerk, owed.Id), at)));
        }
    }
}
