using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>一次密封报价: one offer each, the highest valid one has it, of equal ones the earlier.</summary>
internal class SealedModel(TermsFixed first) : OneThreadModel(first)
{
    private readonly List<(long Line, int Paddle, string BidId, string Commitment)> _offers = [];
    private readonly List<(long Line, int Paddle, long Fen)> _stated = [];
    private int _valid;

    protected override bool HasSecond => true;

    protected override IEnumerable<(long Line, int Paddle, long Fen)> Stated => _stated;

    protected bool AreOpened { get; private set; }

    protected virtual bool IsUnderSeal => !AreOpened && !Matching;

    protected override bool Collects => IsUnderSeal && _offers.Count > 0;

    protected override int Competitors => _valid;

    /// <summary>The least that counts when the envelopes are opened.</summary>
    protected virtual long Least => Terms.StartPriceFen;

    protected override (Refusal? Refusal, Standing After) Weigh(int paddle, long offer, bool isMaximum, DateTimeOffset at) => (Refusal.NotInThisStage, default);

    protected override Say JudgeSeal(Seal c, DateTimeOffset at)
    {
        var offer = c.Sealed;
        if (Malformed(new PlaceBid(offer.Paddle, offer.BidId, 1, null, "")) is { } malformed) return malformed;
        if (Before(c.Key, (offer.Commitment, offer.EnvelopeSha256)) is { } before) return before;
        if (Barred(offer.Paddle, at) is { } barred) return barred;
        if (!IsUnderSeal) return Refusal.NotInThisStage;
        if (Leader == offer.Paddle) return Refusal.PriceTakerWaits;
        return _offers.Exists(o => o.Paddle == offer.Paddle) ? Refusal.OfferAlreadyMade : new OfferSealed(offer.Paddle, offer.BidId, offer.Commitment, offer.EnvelopeSha256);
    }

    protected override string? WrongOpening(OffersOpened opened, DateTimeOffset at)
    {
        if (opened.Items.Length != _offers.Count) return $"opens {opened.Items.Length} of {_offers.Count} envelopes";
        (long Amount, int Paddle)? best = null;
        _valid = 0;
        foreach (var (item, offer) in opened.Items.Zip(_offers))
        {
            var right = Inside(offer.Line, Contents[(offer.Paddle, offer.BidId)], offer.Commitment);
            if (item != right) return $"should open {right} and opens {item}";
            if (item.Fault is not null) continue;
            _valid++;
            _stated.Add((offer.Line, offer.Paddle, item.AmountFen!.Value));
            if (best is not { } so || item.AmountFen > so.Amount || (item.AmountFen == so.Amount && Members[offer.Paddle].Rank < Members[so.Paddle].Rank)) best = (item.AmountFen!.Value, offer.Paddle);
        }

        var end = Terms.LastWordSeconds is { } seconds ? at.AddSeconds(seconds) : End;
        Standing? after = best is { } top ? new Standing(top.Amount, top.Paddle, end) : null;
        return opened.After == after ? null : $"should be {after} and is {opened.After}";
    }

    private OpenedOffer Inside(long line, Secret? content, string commitment) =>
        content is null ? new OpenedOffer(line, null, null, OfferFault.Unreadable)
        : content.Commitment() != commitment ? new OpenedOffer(line, content.ValueFen, content.Nonce, OfferFault.NotAsCommitted)
        : new OpenedOffer(line, content.ValueFen, content.Nonce, content.ValueFen < Least ? OfferFault.OutOfRange : null);

    protected override void Apply(FactLine line)
    {
        base.Apply(line);
        if (line.Fact is OfferSealed offer)
        {
            _offers.Add((line.Version, offer.Paddle, offer.BidId, offer.Commitment));
            Members[offer.Paddle].HasBid = true;
            Remember(offer.CommandKey, (offer.Commitment, offer.EnvelopeSha256));
        }

        if (line.Fact is not OffersOpened opened) return;
        AreOpened = true;
        if (opened.After is { } after) (Price, Leader, End) = (after.PriceFen, after.Leader, after.EndsAt);
    }
}

/// <summary>降价, and 降价 → 密封 → 最后报价: the price falls with the time, the first to accept has it.</summary>
internal sealed class FallingModel(TermsFixed first) : SealedModel(first)
{
    private DateTimeOffset _began = first.Terms.OpensAt;
    private int? _taker;

    private bool IsHybrid => Terms.SealedSeconds is not null;

    private bool Falls => _taker is null;

    protected override bool HasSecond => false;

    protected override bool IsUnderSeal => IsHybrid && !Falls && base.IsUnderSeal;

    protected override int Competitors => Members.Values.Count(m => m.HasBid);

    protected override long Least => Price!.Value + 1;

    protected override DateTimeOffset WindowFrom => Falls && !Matching ? Opens : base.WindowFrom;

    protected override long Asked(DateTimeOffset at)
    {
        if (!Falls) return Price!.Value;
        var (path, start) = (Terms.Path!, Terms.StartPriceFen);
        var steps = Math.Max(0, (at - _began).Ticks / TimeSpan.FromSeconds(path.IntervalSeconds).Ticks);
        var price = path.StepFen is { } step ? start - steps * step : (long)Math.Ceiling(start * (10_000m - path.StepBasisPoints!.Value * steps) / 10_000m);
        return Math.Max(price, path.FloorFen);
    }

    protected override (Refusal? Refusal, Standing After) Weigh(int paddle, long offer, bool isMaximum, DateTimeOffset at)
    {
        if (Falls)
        {
            var asked = Asked(at);
            return offer < asked ? (Refusal.BelowAskedPrice, default) : (null, new Standing(asked, paddle, at.AddSeconds(Terms.SealedSeconds ?? 0)));
        }

        if (IsUnderSeal) return (Refusal.NotInThisStage, default);
        if (_taker != paddle) return (Refusal.OnlyThePriceTaker, default);
        return offer < Price + StepAt(Price!.Value) ? (Refusal.BelowNextMinimum, default) : (null, new Standing(offer, paddle, at));
    }

    protected override void Settle(FactLine line, int paddle, long offer, Standing after) => _taker ??= paddle;

    protected override void Apply(FactLine line)
    {
        // While nobody could accept it, the price stood still.
        if (line.Fact is Resumed resumed && Falls) _began += resumed.EndsAt - End;
        base.Apply(line);
    }

    protected override void GoOn(DateTimeOffset opens, DateTimeOffset ends)
    {
        if (Falls) _began = opens - (Later(Since!.Value, Opens) - _began);
        base.GoOn(opens, ends);
    }
}
