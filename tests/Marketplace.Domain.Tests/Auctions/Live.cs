using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Domain.Tests.Auctions;

/// <summary>One auction with its log, written as the market writes it but without a market around it.</summary>
public sealed class Live
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int _nonces;

    public Auction Auction { get; private set; } = Auction.Nothing;

    public List<FactLine> Lines { get; } = [];

    public static byte[] PublicKey { get; } = Key.ExportSubjectPublicKeyInfo();

    public static string KeyId => StreamHead.KeyId(PublicKey);

    public static string Pem => Key.ExportSubjectPublicKeyInfoPem();

    /// <summary>Opens at noon for an hour; start 1,000,000 yuan in steps of 10,000, five minutes of soft close.</summary>
    public static Terms Terms { get; } = new()
    {
        Auction = "a1",
        StartPriceFen = 100_000_000,
        Steps = [new Step(0, 1_000_000)],
        OpensAt = Noon,
        EndsAt = Noon.AddHours(1),
        SoftCloseSeconds = 300,
    };

    public string Nonce() => Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(_nonces++)));

    public void Announce(Terms terms, long? reserveFen = null, int bidders = 0)
    {
        var reserve = reserveFen is { } value ? new Secret(Nonce(), value) : null;
        var at = terms.OpensAt.AddDays(-1);
        Must(Announcing.FixTerms(Auction, terms with { ReserveCommitment = reserve?.Commitment() }, reserve, at), at);
        for (var paddle = 1; paddle <= bidders; paddle++) Must(Announcing.Admit(Auction, paddle, null, at), at);
    }

    /// <summary>Decides at the moment that a fact would carry and appends what came of it.</summary>
    public Decision<T> Do<T>(DateTimeOffset at, Func<Auction, DateTimeOffset, Decision<T>> decide)
    {
        var moment = Instant.Later(Auction.At, at);
        var decision = decide(Auction, moment);
        Append(moment, [.. decision.Facts]);
        return decision;
    }

    public Decision<BidAnswer> Bid(DateTimeOffset at, int paddle, string bidId, long? amountFen, long? proxyMaxFen = null) =>
        Do(at, (auction, moment) => Bidding.PlaceBid(auction, new PlaceBid(paddle, bidId, amountFen, proxyMaxFen, Nonce()), moment));

    /// <summary>What lies in the envelopes, by the line of the offer; null for one that cannot be read.</summary>
    public Dictionary<long, Secret?> Envelopes { get; } = [];

    /// <param name="inside">What the envelope really holds; the offer itself when not said.</param>
    public Decision<BidAnswer> Seal(DateTimeOffset at, int paddle, string bidId, long amountFen, Func<Secret, Secret?>? inside = null)
    {
        var secret = new Secret(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(bidId))), amountFen);
        var decision = Do(at, (auction, moment) => Sealed.Offer(auction, new SealOffer(paddle, bidId, secret.Commitment(), FactLine.Genesis), moment));
        if (decision.Facts.Count > 0) Envelopes[decision.Answer!.Version] = inside is null ? secret : inside(secret);
        return decision;
    }

    public Decision<OffersOpened> Open(DateTimeOffset at) => Do(at, (auction, moment) => Sealed.Open(auction, Envelopes, moment));

    public void Resume(DateTimeOffset? servedUntil, DateTimeOffset at)
    {
        var moment = Instant.Later(Auction.At, at);
        if (Resuming.Resume(Auction, servedUntil, moment) is { } resumed) Append(moment, resumed);
    }

    /// <summary>The window for holders of priority, where the terms give one.</summary>
    public Decision<MatchingOpened> OpenWindow()
    {
        var decision = Priority.OpenWindow(Auction, Closing.DueAt(Auction));
        Append(Instant.Later(Auction.At, Auction.EndsAt), [.. decision.Facts]);
        return decision;
    }

    public Closed Close()
    {
        if (Priority.IsWindowDue(Auction)) OpenWindow();
        var decision = Closing.Close(Auction, 3, Convert.ToHexStringLower(SHA256.HashData("refused"u8)), Closing.DueAt(Auction));
        Append(Instant.Later(Auction.At, Auction.EndsAt), [.. decision.Facts]);
        return decision.Answer!;
    }

    public void Append(DateTimeOffset at, params Fact[] facts)
    {
        foreach (var fact in facts)
        {
            var line = FactLine.Write(fact, Auction.Version + 1, Lines.Count == 0 ? FactLine.Genesis : Lines[^1].Hash, at);
            Lines.Add(line);
            Auction = Auction.Fold(line);
        }
    }

    /// <summary>Signs the text of a note, as the market signs its checkpoints.</summary>
    public static byte[] SignNote(string text) => Key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public static byte[] SignHead(string stream, long version, string hash) =>
        Key.SignData(StreamHead.SignedBytes(stream, version, hash), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public byte[] Transcript() => TranscriptOf(Lines, $"auction/{Auction.Terms!.Auction}");

    /// <summary>Signs whatever lines it is given: what a dishonest market could publish.</summary>
    public static byte[] TranscriptOf(IReadOnlyList<FactLine> lines, string stream)
    {
        var bytes = new List<byte>();
        foreach (var line in lines)
        {
            bytes.AddRange(line.Bytes);
            bytes.Add((byte)'\n');
        }

        var (version, hash) = (lines[^1].Version, lines[^1].Hash);
        bytes.AddRange(Encoding.UTF8.GetBytes(StreamHead.Line(stream, version, hash, KeyId, PublicKey, SignHead(stream, version, hash))));
        bytes.Add((byte)'\n');
        return [.. bytes];
    }

    /// <summary>The same facts chained anew, with one of them replaced: a lie with a good chain and a good signature.</summary>
    public byte[] Forge(Func<FactLine, (Fact Fact, DateTimeOffset At)> change)
    {
        var lines = new List<FactLine>();
        foreach (var line in Lines)
        {
            var (fact, at) = change(line);
            lines.Add(FactLine.Write(fact, lines.Count + 1, lines.Count == 0 ? FactLine.Genesis : lines[^1].Hash, at));
        }

        return TranscriptOf(lines, $"auction/{Auction.Terms!.Auction}");
    }

    /// <summary>What a restart finds: the stored bytes with the secrets beside them.</summary>
    public static Auction Replay(IEnumerable<FactLine> lines) =>
        lines.Aggregate(Auction.Nothing, (auction, line) => auction.Fold(AuctionLines.Read(line.Bytes, line.Fact.Secret)));

    private void Must<T>(Decision<T> decision, DateTimeOffset at)
    {
        Assert.Null(decision.Refusal);
        Append(at, [.. decision.Facts]);
    }
}
