using Marketplace.Domain.Auctions;
using Marketplace.Shared;

namespace Marketplace.Auctions;

/// <summary>What the formats differ in on the page: which price counts now, which clock runs, what may be done. The script keeps it in step (stages.ts).</summary>
public sealed partial class RoomModel
{
    /// <summary>A price falls and nobody has accepted it.</summary>
    public bool Falls => Picture is { Stage: "falling", LeaderPaddle: null, Outcome: null };

    /// <summary>The price to show: the asked one while it falls, then the bid, before any bid the start price.</summary>
    public long ShownFen => (Falls ? Picture.AskedFen : null) ?? Picture.PriceFen ?? Picture.StartPriceFen;

    /// <summary>The name of the words above the price.</summary>
    public string PriceLabel => Falls ? Picture.Phase == "announced" ? "StartPrice" : "AskedPrice"
        : Picture is { Stage: "sealed", PriceTaker: not null } ? "TakenPrice"
        : Picture is { Stage: "last-word", Format: Formats.HybridDutch } ? "BestOffer"
        : Picture.Bids == 0 || Picture.PriceFen is null ? Picture.Listing is null ? "StartPrice" : "PostedPrice" : "CurrentPriceNo";

    public bool IsTaker => Mine is not null && Mine.Paddle == Picture.PriceTaker;

    /// <summary>A holder of 优先受让权 may take the price that stands: somebody leads who does not come before.</summary>
    public bool MayMatch => Mine is { Rank: { } rank, Suspended: false } && Picture is { PriceFen: not null, LeaderPaddle: { } leader, Phase: "open", Stage: "rising" or "matching" }
        && leader != Mine.Paddle && (Picture.LeaderRank is not { } theirs || rank < theirs);

    /// <summary>Which panel a bidder has: <c>bid</c>, <c>accept</c>, <c>seal</c>, or <c>wait</c> while it is another's turn.</summary>
    public string Panel => Picture.Stage switch
    {
        "falling" => "accept",
        "matching" => Mine?.Rank is null ? "wait" : "match",
        "sealed" => IsTaker ? "wait" : "seal",
        "last-word" => IsTaker && Picture.LeaderPaddle != Mine?.Paddle ? "bid" : "wait",
        _ => "bid",
    };

    /// <summary>The moment that is counted down to, and the name of the words under it.</summary>
    public (DateTimeOffset Target, string Says) Clock =>
        Picture.Phase == "announced" ? (Picture.OpensAt, Picture.ResumesAt is not null ? "ResumesAt" : Picture.Stage == "listing" ? "ListedUntil" : "OpensAt")
        : Picture.Cycles is { } cycles ? IsFree(cycles) ? (cycles.FreeUntil, "FreeUntil") : (Picture.EndsAt, "CycleEnds")
        : Falls ? Picture.Path?.NextFallAt is { } next ? (next, "NextFall") : (Picture.EndsAt, "FloorUntil")
        : Picture.Stage switch
        {
            "sealed" => (Picture.EndsAt, "SealedUntil"),
            "matching" => (Picture.EndsAt, "MatchUntil"),
            "last-word" => (Picture.EndsAt, "WordUntil"),
            _ => (Picture.EndsAt, "EndsAt"),
        };

    /// <summary>The part of the circle that is left; the script turns it from here on.</summary>
    public double RingShare
    {
        get
        {
            if (Picture.Phase == "announced") return 1;
            var (target, says) = Clock;
            var window = TimeSpan.FromSeconds(Picture.SoftCloseSeconds);
            var whole = says switch
            {
                "FreeUntil" => target - Picture.OpensAt,
                "CycleEnds" => TimeSpan.FromSeconds(Picture.Cycles!.Seconds),
                "NextFall" or "FloorUntil" => TimeSpan.FromSeconds(Picture.Path!.IntervalSeconds),
                _ => target - Now <= window && window > TimeSpan.Zero ? window : target - Picture.OpensAt,
            };
            return whole <= TimeSpan.Zero ? 0 : Math.Clamp((target - Now) / whole, 0, 1);
        }
    }

    /// <summary>The phase bar: the stages of this format, where it stands, and when each begins.</summary>
    public IEnumerable<(string Key, string State, string When)> Steps()
    {
        var p = Picture;
        var apply = Lot.ApplyUntil ?? p.OpensAt;
        var opens = texts["FromTime", Now.Date == p.OpensAt.Date ? Show.Time(p.OpensAt)[..5] : Show.DayTime(p.OpensAt)].Value;
        List<(string Key, string When)> steps = [("Notice", Lot.AnnouncedAt is { } announced ? texts["From", Show.Day(announced)].Value : "")];
        // Nobody applies for a rehearsal.
        if (!IsRehearsal) steps.Add(("Apply", texts["Until", Show.DayTime(apply)].Value));
        var first = steps.Count;
        steps.AddRange(p.Format switch
        {
            Formats.Dynamic => [("Free", opens), ("Cycles", p.Cycles is { } c ? texts["FromTime", Near(c.FreeUntil)].Value : "")],
            Formats.Dutch => [("Falling", opens)],
            Formats.Sealed => [("Sealed", opens)],
            Formats.HybridDutch => [("Falling", opens), ("Sealed", Long(Terms.SealedSeconds)), ("LastWord", Long(Terms.LastWordSeconds))],
            Formats.Listed when p.Stage == "listing" => [("Bidding", texts["IfSeveral"].Value)],
            _ => new List<(string, string)> { ("Bidding", opens) },
        });
        if (Terms.Match is not null) steps.Add(("Matching", Picture.Stage == "matching" ? texts["Until", Near(p.EndsAt)].Value : ""));
        steps.Add(("Closed", p.Stage == "listing" ? "" : p.Format is Formats.Dutch or Formats.HybridDutch && Falls ? texts["Latest", Near(p.EndsAt)].Value : texts["After", Show.Time(p.EndsAt)].Value));

        // In the applications' time the step of applying is on; between its end and the opening nothing but waiting is.
        var before = p.Phase == "announced" || p.Stage == "listing";
        var at = before ? Now < apply && !IsRehearsal ? 1 : first : steps.FindIndex(s => s.Key == StepNow);
        for (var i = 0; i < steps.Count; i++)
        {
            var waiting = before && at == first;
            // While it is paused nobody knows when the later ones begin.
            var when = p.Phase == "paused" && i > at ? texts["Js.AfterRestart"].Value : steps[i].When;
            yield return (steps[i].Key, i < at ? "done" : i == at && !waiting ? "" : "todo", when);
        }
    }

    /// <summary>In the free period; while it is paused, as of the pause.</summary>
    private bool IsFree(Cycles cycles) => (Picture.Phase == "paused" ? cycles.Number == 0 : Now < cycles.FreeUntil) && Picture.OpensAt < cycles.FreeUntil;

    private string StepNow => Picture.Stage == "matching" ? "Matching" : Picture.Cycles is { } cycles ? IsFree(cycles) ? "Free" : "Cycles"
        : Picture.Stage switch
        {
            "falling" => "Falling",
            "sealed" => "Sealed",
            "last-word" => Picture.Format == Formats.HybridDutch ? "LastWord" : "Sealed",
            _ => "Bidding",
        };

    private string Near(DateTimeOffset at) => Show.Near(at, Now);

    private string Long(int? seconds) => seconds is { } s ? Show.Left(TimeSpan.FromSeconds(s)) : "";
}
