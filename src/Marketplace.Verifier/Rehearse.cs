using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Verifier;

/// <summary><c>rehearse --terms T.json --commands C.jsonl</c>: the pure engine on a list of commands, without a market.</summary>
internal sealed partial class Rehearse
{
    public const string Mark = "推演，非记录";

    private readonly Dictionary<string, int> _paddles = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _names = [];
    private readonly Dictionary<long, Secret?> _envelopes = [];
    private Auction _auction = Auction.Nothing;
    private string _hash = FactLine.Genesis;
    private int _nonces;

    public static int Run(string termsFile, string commandsFile, TextWriter output, TextWriter errors)
    {
        errors.WriteLine($"{Mark} / a rehearsal, not a record");
        Terms terms;
        long? reserve;
        try
        {
            (terms, reserve) = RehearsalFiles.ReadTerms(File.ReadAllBytes(termsFile));
        }
        catch (FormatException e)
        {
            errors.WriteLine($"{termsFile}: {e.Message}");
            return Program.Misused;
        }

        var read = new List<(int Line, RehearsalCommand? Command, string? Fault)>();
        var number = 0;
        foreach (var text in Lines(File.ReadAllBytes(commandsFile)))
        {
            number++;
            if (Blank(text)) continue;
            try
            {
                read.Add((number, RehearsalFiles.ReadCommand(text, number), null));
            }
            catch (FormatException e)
            {
                errors.WriteLine($"{commandsFile}: 第 {number} 行 / line {number}: {e.Message}");
                read.Add((number, null, e.Message));
            }
        }

        var rehearsal = new Rehearse();
        rehearsal.Begin(terms, reserve, [.. read.Select(r => r.Command).OfType<RehearsalCommand>()]);
        foreach (var (line, command, fault) in read)
        {
            // A malformed line changes nothing, as in the market; the others are still answered.
            if (command is null)
            {
                output.WriteLine(RehearsalAnswers.Malformed(line, fault!));
                continue;
            }

            foreach (var happened in rehearsal.Before(command.At)) output.WriteLine(happened);
            output.WriteLine(rehearsal.Answer(command));
        }

        foreach (var happened in rehearsal.Before(DateTimeOffset.MaxValue)) output.WriteLine(happened);
        output.WriteLine(rehearsal.End());
        return read.Exists(r => r.Command is null) ? Program.Misused : Program.Good;
    }

    /// <summary>Fixes the terms and admits every bidder before the first moment that matters.</summary>
    private void Begin(Terms terms, long? reserveFen, IReadOnlyList<RehearsalCommand> commands)
    {
        var at = commands.Select(c => c.At).Append(terms.OpensAt).Min();
        if (at.Year > 1) at -= TimeSpan.FromSeconds(1);
        var reserve = reserveFen is { } value ? new Secret(Nonce(), value) : null;
        Append(Announcing.FixTerms(_auction, terms with { ReserveCommitment = reserve?.Commitment() }, reserve, at).Facts, at);
        foreach (var bids in commands.Where(c => c.Bidder.Length > 0 || c.Act is null).GroupBy(c => c.Bidder, StringComparer.Ordinal))
        {
            var paddle = PaddleOf(terms, bids.First());
            (_paddles[bids.Key], _names[paddle]) = (paddle, bids.Key);
            Append(Announcing.Admit(_auction, paddle, null, at).Facts, at);
        }
    }

    private string Answer(RehearsalCommand command)
    {
        if (command.Act is not null) return _auction.IsHall ? Desk(command) : Market(command);
        var paddle = _paddles[command.Bidder];
        var at = Instant.Later(_auction.At, command.At);
        var decision = _auction.Stage is Stage.Sealed && command is { AmountFen: { } amount, ProxyMaxFen: null }
            ? Seal(paddle, command.BidId, amount, at)
            : command.IsFloor ? HallBidding.PlaceBid(_auction, new PlaceBid(paddle, command.BidId, command.AmountFen, command.ProxyMaxFen, ""), isFloor: true, at)
            : Bidding.PlaceBid(_auction, new PlaceBid(paddle, command.BidId, command.AmountFen, command.ProxyMaxFen, Nonce()), at);
        var lines = Append(decision.Facts, at);
        return RehearsalAnswers.Verdict(command, paddle, decision, lines, _auction, Name);
    }

    /// <summary>Here the offer is sealed as a browser would do it; the amount comes out when the envelopes are opened.</summary>
    private Decision<BidAnswer> Seal(int paddle, string bidId, long amountFen, DateTimeOffset at)
    {
        // The same offer again has the same envelope.
        var secret = new Secret(Hex(string.Create(CultureInfo.InvariantCulture, $"rehearsal/{paddle}/{bidId}")), amountFen);
        var decision = Sealed.Offer(_auction, new SealOffer(paddle, bidId, secret.Commitment(), FactLine.Genesis), at);
        if (decision.Facts.Count > 0) _envelopes[decision.Answer!.Version] = secret;
        return decision;
    }

    /// <summary>What the market does by itself before anything later happens: it decides the ends of a listing's notice, opens envelopes whose time is over, and the window for holders of priority.</summary>
    private IEnumerable<string> Before(DateTimeOffset at)
    {
        while (at >= _auction.OpensAt && Instant.Later(_auction.At, _auction.OpensAt) is var ends && Listing.Decide(_auction, ends) is { Facts: [_, ..] decided })
            yield return RehearsalAnswers.Happened("listing", Append(decided, ends), _auction, Name);

        if (at >= Closing.DueAt(_auction) && _auction.PhaseAt(_auction.EndsAt) is Phase.Opening)
        {
            var due = Instant.Later(_auction.At, Closing.DueAt(_auction));
            yield return RehearsalAnswers.Happened("opened", Append(Sealed.Open(_auction, _envelopes, due).Facts, due), _auction, Name);
        }

        if (at >= Closing.DueAt(_auction) && Priority.OpenWindow(_auction, Closing.DueAt(_auction)) is { Facts: [_, ..] window })
        {
            yield return RehearsalAnswers.Happened("matching", Append(window, Instant.Later(_auction.At, _auction.EndsAt)), _auction, Name);
        }
    }

    private string End()
    {
        var at = Instant.Later(_auction.At, _auction.EndsAt);
        var close = Closing.Close(_auction, 0, Convert.ToHexStringLower(SHA256.HashData([])), Closing.DueAt(_auction));
        return close.Answer is { } closed
            ? RehearsalAnswers.Outcome(closed, Append(close.Facts, at), _auction.Version, Name)
            : RehearsalAnswers.StillOpen(_auction, _auction.IsHall ? Refusal.NotEndedYet : close.Refusal!.Value);
    }

    private string Name(int paddle) => _names[paddle];

    private List<FactLine> Append(IReadOnlyList<Fact> facts, DateTimeOffset at)
    {
        var lines = new List<FactLine>(facts.Count);
        foreach (var fact in facts)
        {
            var line = FactLine.Write(fact, _auction.Version + 1, _hash, at);
            (_auction, _hash) = (_auction.Fold(line), line.Hash);
            lines.Add(line);
        }

        return lines;
    }

    /// <summary>Not secret and the same each time, so that a rehearsal repeats byte for byte.</summary>
    private string Nonce() => Hex(string.Create(CultureInfo.InvariantCulture, $"rehearsal/{_nonces++}"));

    private static string Hex(string of) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of)));

    private static bool Blank(ReadOnlyMemory<byte> line) => line.Span.IndexOfAnyExcept(" \t\r"u8) < 0;

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> file)
    {
        if (file.Span.StartsWith("\uFEFF"u8)) file = file[3..];
        while (!file.IsEmpty)
        {
            var end = file.Span.IndexOf((byte)'\n');
            yield return end < 0 ? file : file[..end];
            file = end < 0 ? default : file[(end + 1)..];
        }
    }
}
