using System.Collections.Immutable;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments.Plans;

namespace Marketplace.Domain.Deals;

/// <summary>The close had a winner: the contract is concluded and a deal begins. The same auction opens one deal.</summary>
/// <param name="ConcludedAt">系统确认成交.</param>
/// <param name="ContractSha256">The announced contract text and terms that bind both.</param>
/// <param name="Hold">The winner's frozen deposit; it becomes part of the price when both have signed the contract. Null when there is none.</param>
/// <param name="DepositFen">What that deposit contributes to the price.</param>
/// <param name="Listed">Sold by 挂牌交易; otherwise by 网络竞价 or 拍卖.</param>
/// <param name="TransfersPatent">A patent or application changes hands, so its transfer has to be registered; not so for a licence.</param>
/// <param name="BuyerFeeBp">The market's fee that the announcement lays on the buyer, in hundredths of a percent of the price.</param>
/// <param name="SellerFeeBp">The same for the seller; it is taken out of the price when that is released.</param>
/// <param name="InterestOf">The 完成人 who hold a share or a post in the buyer, as it declared: names joined by 、, empty where the achievement names nobody. Null without a declaration.</param>
/// <param name="Plan">付款方式 as it was announced; null for <see cref="AnnouncedPlan.Default"/>.</param>
public sealed record OpenDeal(
    string Auction, Guid Seller, Guid Buyer, string Title, long PriceFen, DateTimeOffset ConcludedAt, string ContractSha256, bool Demo,
    Guid? Hold = null, long DepositFen = 0, bool TransfersPatent = true, string? InterestOf = null, bool Listed = false, int BuyerFeeBp = 0,
    int SellerFeeBp = 0, AnnouncedPlan? Plan = null)
{
    /// <summary>Without the parties: the silo writes the arguments of a call that did not return in time into its log.</summary>
    public override string ToString() => $"{nameof(OpenDeal)} {Auction}";
}

/// <summary>A party has done its part of a step.</summary>
/// <param name="Person">Who uploaded the file; null where the market saw it itself.</param>
/// <param name="FileSha256">The file that shows it; null where the ledger does.</param>
public sealed record DoneStep(Step Step, Party Party, Guid? Person, string? FileSha256, string? FileName, DateTimeOffset At);

/// <summary>A party says that it has done its part, with the file that shows it.</summary>
public sealed record DoStep(Step Step, Party Party, Guid Person, string FileSha256, string FileName);

/// <summary>A step as it stands.</summary>
/// <param name="Due">The last day, to 24:00 in Beijing.</param>
/// <param name="IsProvisional">The day may still move: the step before is not finished, or that year's holidays are not announced.</param>
/// <param name="IsReady">The step before is finished.</param>
/// <param name="Waiting">The parties that still have to act.</param>
public sealed record StepView(
    StepRule Rule, DateOnly Due, bool IsProvisional, bool IsReady, DateTimeOffset? DoneAt, ImmutableArray<Party> Waiting, ImmutableArray<DoneStep> Done)
{
    public bool IsDone => DoneAt is not null;

    public bool IsLate(DateTimeOffset now) => !IsDone && now >= Days.EndOf(Due);
}

/// <summary>What folding the lines of a deal gives.</summary>
/// <param name="Ended">Why the sale under it no longer stands; null while it does.</param>
public sealed record Deal(OpenDeal? Opened, ImmutableArray<DoneStep> Done, string? Ended = null, DateTimeOffset? EndedAt = null)
{
    public static readonly Deal Nothing = new(null, []);

    /// <summary>A deal has the id of its auction, the second-best's one a mark behind it.</summary>
    public string Id => Opened?.Auction ?? "";

    /// <summary>The auction that led to it.</summary>
    public string Lot => LotOf(Id);

    public const string SecondMark = ":2";

    public static string LotOf(string deal) => deal.EndsWith(SecondMark, StringComparison.Ordinal) ? deal[..^SecondMark.Length] : deal;

    /// <summary>The rules that apply to this deal, in their order.</summary>
    public IEnumerable<StepRule> Rules => Steps.All.Where(r => r.Step != Step.RecordTransfer || Opened!.TransfersPatent)
        .Select(r => r.Step == Step.Pay && Opened!.Plan is { } plan ? r with { Period = plan.Parts[0].Due } : r);

    /// <summary>The day on which the last of both signed the contract; null before.</summary>
    public DateOnly? SignedOn() => Schedule().Single(s => s.Rule.Step == Step.SignContract).DoneAt is { } at ? Days.Of(at) : null;

    /// <summary>By which parts the price is paid.</summary>
    public PaymentPlan PaymentFrom(DateOnly signed) => (Opened!.Plan ?? AnnouncedPlan.Default(Opened.TransfersPatent)).Of(Opened.PriceFen, signed);

    /// <summary>提成约定 that the sale came with; null without any.</summary>
    public RoyaltyTerms? RoyaltyFrom(DateOnly signed) => Opened?.Plan?.Royalty?.From(signed);

    /// <summary>Every step with its due day. A step is counted from the day the step before was really finished, until then from its due day.</summary>
    public ImmutableArray<StepView> Schedule()
    {
        var views = ImmutableArray.CreateBuilder<StepView>();
        foreach (var rule in Rules)
        {
            var done = Done.Where(d => d.Step == rule.Step).ToImmutableArray();
            if (rule.After is not { } after)
            {
                views.Add(new StepView(rule, Days.Of(Opened!.ConcludedAt), false, true, Opened.ConcludedAt, [], done));
                continue;
            }

            var before = views.Single(v => v.Rule.Step == after);
            var due = rule.Period.From(before.DoneAt is { } finished ? Days.Of(finished) : before.Due);
            var waiting = rule.Parties.Where(p => done.All(d => d.Party != p)).ToImmutableArray();
            views.Add(new StepView(
                rule, due, before.IsProvisional || !before.IsDone || !Days.IsAnnounced(due.Year), before.IsDone,
                waiting.IsEmpty ? done.Max(d => d.At) : null, waiting, done));
        }

        return views.ToImmutable();
    }

    /// <summary>The state after this line. Total: it never refuses.</summary>
    public Deal Fold(FactLine line) => (DealFact)line.Fact switch
    {
        DealOpened f => this with { Opened = f.Command },
        StepDone f => this with { Done = Done.Add(new DoneStep(f.Step, f.Party, f.Person, f.FileSha256, f.FileName, line.At)) },
        PriceReceived => this with { Done = Done.Add(new DoneStep(Step.Pay, Party.Buyer, null, null, null, line.At)) },
        DealEnded f => this with { Ended = f.Because, EndedAt = line.At },
        var unknown => throw new InvalidOperationException($"A fact that nobody folds: {unknown.Type}"),
    };
}

/// <summary>What may happen to a deal. Pure; the refusals are checked in the order of each body.</summary>
public static class DealRules
{
    public const int LongestTitle = 200;
    public const int LongestFileName = 255;

    /// <summary>拍卖法 56: five percent from each side.</summary>
    public const int MostFeeBp = 500;

    public static Decision<Deal> Open(Deal deal, OpenDeal command)
    {
        if (command.Auction.Length is 0 or > 64 || command.Seller == Guid.Empty || command.Buyer == Guid.Empty || command.Seller == command.Buyer)
        {
            return Decision<Deal>.Refused(Refusal.MalformedRequest);
        }

        if (Text.Require(command.Title, LongestTitle, "title") is { Done: false } title) return Decision<Deal>.Refused(title.Refusal.Value, title.Detail);
        if (!Fen.IsAmount(command.PriceFen) || command.DepositFen < 0 || command.DepositFen > Fen.Most || command.BuyerFeeBp is < 0 or > MostFeeBp || command.SellerFeeBp is < 0 or > MostFeeBp) return Decision<Deal>.Refused(Refusal.AmountOutOfRange);
        if (!IsSha256(command.ContractSha256)) return Decision<Deal>.Refused(Refusal.Required, "contract");
        if (command.Plan?.Check(command.PriceFen, Days.Of(command.ConcludedAt), command.TransfersPatent) is [var fault, ..]) return Decision<Deal>.Refused(fault.Why, $"plan.{fault.Field}");
        var cut = command with { ConcludedAt = Instant.Cut(command.ConcludedAt) };
        if (deal.Opened is { } first) return first == cut ? Decision<Deal>.Repeated(deal) : Decision<Deal>.Refused(Refusal.DealIdReused);
        return Decision<Deal>.Accepted(deal with { Opened = cut }, new DealOpened(cut));
    }

    public static Decision<Deal> Do(Deal deal, DoStep command, DateTimeOffset at)
    {
        if (deal.Opened is null) return Decision<Deal>.Refused(Refusal.UnknownDeal);
        if (deal.Ended is not null) return Decision<Deal>.Refused(Refusal.DealIsOver);
        if (deal.Schedule().SingleOrDefault(v => v.Rule.Step == command.Step) is not { } step) return Decision<Deal>.Refused(Refusal.NotFound);
        // The ledger says what was paid, no paper does.
        if (command.Step is Step.Close or Step.Pay) return Decision<Deal>.Refused(Refusal.StepDoneByMarket);
        if (!step.Rule.Parties.Contains(command.Party)) return Decision<Deal>.Refused(Refusal.NotThisPartysStep);
        if (!IsSha256(command.FileSha256)) return Decision<Deal>.Refused(Refusal.Required, "file");
        if (Text.Require(command.FileName, LongestFileName, "file") is { Done: false } name) return Decision<Deal>.Refused(name.Refusal.Value, name.Detail);
        if (step.Done.FirstOrDefault(d => d.Party == command.Party) is { } before)
        {
            return before.FileSha256 == command.FileSha256 ? Decision<Deal>.Repeated(deal) : Decision<Deal>.Refused(Refusal.StepAlreadyDone);
        }

        if (!step.IsReady) return Decision<Deal>.Refused(Refusal.StepTooEarly);
        var done = new DoneStep(command.Step, command.Party, command.Person, command.FileSha256, command.FileName, at);
        return Decision<Deal>.Accepted(
            deal with { Done = deal.Done.Add(done) }, new StepDone(command.Step, command.Party, command.Person, command.FileSha256, command.FileName));
    }

    /// <summary>到账: the first payment is with the custodian, of a price that is paid at once the whole. Only the ledger's own work says so.</summary>
    /// <param name="receivedFen">What was paid of the price by then.</param>
    public static Decision<Deal> ReceivePrice(Deal deal, long receivedFen, DateTimeOffset at)
    {
        if (deal.Opened is null) return Decision<Deal>.Refused(Refusal.UnknownDeal);
        if (deal.Done.Any(d => d.Step == Step.Pay)) return Decision<Deal>.Repeated(deal);
        if (deal.Ended is not null) return Decision<Deal>.Refused(Refusal.DealIsOver);
        if (deal.SignedOn() is not { } signed) return Decision<Deal>.Refused(Refusal.StepTooEarly);
        if (receivedFen > deal.Opened.PriceFen || receivedFen < deal.PaymentFrom(signed).FirstPayment().Sum(p => p.AmountFen)) return Decision<Deal>.Refused(Refusal.AmountOutOfRange);
        return Decision<Deal>.Accepted(deal with { Done = deal.Done.Add(new DoneStep(Step.Pay, Party.Buyer, null, null, null, at)) }, new PriceReceived(receivedFen));
    }

    /// <summary>The sale no longer stands. Said once; a second time changes nothing.</summary>
    public static Decision<Deal> End(Deal deal, string because) =>
        deal.Opened is null ? Decision<Deal>.Refused(Refusal.UnknownDeal)
        : deal.Ended is not null ? Decision<Deal>.Repeated(deal)
        : Decision<Deal>.Accepted(deal with { Ended = because }, new DealEnded(because));

    private static bool IsSha256(string? text) => text is { Length: 64 } && text.All(char.IsAsciiHexDigitLower);
}
