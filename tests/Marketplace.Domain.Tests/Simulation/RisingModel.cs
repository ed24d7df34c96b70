using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Simulation;

/// <summary>增价 and 动态报价: the second-highest offer and one step, never beyond what the leader is good for.</summary>
internal sealed class RisingModel(TermsFixed first) : OneThreadModel(first)
{
    /// <summary>Of a maximum, what the record will say of it: null while it leads.</summary>
    private sealed record Offer(long Line, int Paddle, long Fen, bool IsMaximum, long? StatedFen);

    private readonly List<Offer> _offers = [];
    private long _good;

    protected override bool Rises => !Matching;

    protected override (Refusal? Refusal, Standing After) Weigh(int paddle, long offer, bool isMaximum, DateTimeOffset at)
    {
        if (TooLow(paddle, offer, isMaximum) is { } low) return (low, default);
        var (price, leader, good) = (Price, paddle, offer);
        if (Leader is not { } first) price = isMaximum ? Terms.StartPriceFen : offer;
        else if (first == paddle) price = Price;
        else if (offer > _good || (offer == _good && Outranks(paddle, first))) price = isMaximum ? Math.Min(offer, _good + Step(_good, paddle, first)) : offer;
        else (price, leader, good) = (Math.Min(_good, offer + Step(offer, first, paddle)), first, _good);
        if (good >= Reserve && price < Reserve) price = Reserve;
        var window = TimeSpan.FromSeconds(Terms.CycleSeconds ?? Terms.SoftCloseSeconds);
        return (null, new Standing(price!.Value, leader, at >= End - window ? Later(End, NotBeyondTheLatest(at + window)) : End));
    }

    private Refusal? TooLow(int paddle, long offer, bool isMaximum)
    {
        if (Leader == paddle) return !isMaximum ? Refusal.AlreadyLeading : offer > _good ? null : Refusal.MaximumNotRaised;
        var onStep = isMaximum || Terms.OnStep == OnStep.Minimum || (offer - (Price ?? Terms.StartPriceFen)) % StepAt(Price ?? Terms.StartPriceFen) == 0;
        if (Price is not { } price) return offer < Terms.StartPriceFen ? Refusal.BelowStartPrice : onStep ? null : Refusal.NotOnStep;
        if (offer == price && Outranks(paddle, Leader!.Value)) return null;
        return offer <= price ? Refusal.NotAboveCurrentPrice : offer < price + StepAt(price) ? Refusal.BelowNextMinimum : onStep ? null : Refusal.NotOnStep;
    }

    protected override bool HasSecond => true;

    protected override IEnumerable<(long Line, int Paddle, long Fen)> Stated => _offers.Select(o => (o.Line, o.Paddle, o.StatedFen ?? Price!.Value));

    protected override void Settle(FactLine line, int paddle, long offer, Standing after)
    {
        var leads = after.Leader == paddle;
        // Whoever goes beyond a leading maximum shows all of it; its owner, and who matches the known price, only what it had reached.
        if (leads && _offers.FindIndex(o => o.StatedFen is null) is >= 0 and var i) _offers[i] = _offers[i] with { StatedFen = paddle == Leader || Matching ? Price : _offers[i].Fen };
        var isMaximum = line.Fact is ProxyAccepted;
        _offers.Add(new Offer(line.Version, paddle, offer, isMaximum, leads && isMaximum ? null : offer));
        if (leads) _good = offer;
    }

    private bool Outranks(int paddle, int other) => Members[paddle].Rank < Members[other].Rank;

    private long Step(long amount, int winner, int loser) => Outranks(winner, loser) ? 0 : StepAt(amount);
}
