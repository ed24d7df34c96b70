using System.Globalization;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Verifier;

/// <summary>
/// What the market does in a rehearsal besides taking bids: <c>{"at":…,"act":"rank","bidder":"A","number":1}</c>,
/// <c>{"at":…,"act":"ceiling","bidder":"A","amountFen":…}</c>, <c>{"at":…,"act":"pause","reason":"…"}</c>,
/// <c>{"at":…,"act":"restart","restartsAt":…}</c>, which goes on where it stood or sets a breakpoint as the rules say, and
/// <c>{"at":…,"act":"linked","lot":"b1","endsAt":…}</c> for the end of another lot of the group. The window for holders of
/// priority opens by itself where the terms give one (<c>matchSeconds</c> or <c>matchWorkingDays</c>, <c>matchRank</c>).
/// </summary>
internal sealed partial class Rehearse
{
    private string Market(RehearsalCommand command)
    {
        var at = Instant.Later(_auction.At, command.At);
        var id = string.Create(CultureInfo.InvariantCulture, $"line-{command.Line}");
        return command switch
        {
            { Act: "rank", Bidder: { Length: > 0 } who, Number: { } rank } => Done(command, Priority.Grant(_auction, _paddles[who], rank, at), at),
            { Act: "ceiling", Bidder.Length: > 0, AmountFen: { } fen } when !Fen.IsAmount(fen) => Done(command, Decision<bool>.Refused(Refusal.AmountOutOfRange), at),
            { Act: "ceiling", Bidder: { Length: > 0 } who, AmountFen: { } fen } => Done(command, Announcing.SetCeiling(_auction, _paddles[who], id, new Secret(Nonce(), fen), at), at),
            { Act: "pause" } => Done(command, Pausing.Pause(_auction, id, PausedBy.Operator, PauseCause.Fault, command.Reason, null, at), at),
            { Act: "restart", Until: { } restartsAt } => Done(command, Pausing.Restart(_auction, id, restartsAt, at), at),
            { Act: "linked", Until: { } endsAt, Lot: { } lot } => Done(command, Linked.Extend(_auction, lot, command.Line, endsAt), at),
            _ => Done(command, Decision<bool>.Refused(Refusal.MalformedRequest, "act"), at),
        };
    }

    private string Done<T>(RehearsalCommand command, Decision<T> decision, DateTimeOffset at) =>
        RehearsalAnswers.Act(command, decision, Append(decision.Facts, at), _auction, Name);
}
