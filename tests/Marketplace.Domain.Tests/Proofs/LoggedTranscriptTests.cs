using System.Text;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Proofs;
using Marketplace.Domain.Tests.Auctions;
using Marketplace.Domain.Tests.Verifier;

namespace Marketplace.Domain.Tests.Proofs;

/// <summary>A transcript with its place in the public log, under a checkpoint that somebody kept.</summary>
public sealed class LoggedTranscriptTests
{
    private static readonly Live Sale = Played();
    private readonly LogOfTests _log = new(Sale);

    /// <summary>All 255 other values of every byte instead of two; some minutes.</summary>
    private static readonly bool All = Environment.GetEnvironmentVariable("MARKETPLACE_TESTS_EVERY_MUTATION") == "1";

    [Fact]
    public void A_true_record_is_good_under_the_checkpoint_that_was_kept()
    {
        using var program = new ProgramRun();
        Assert.Equal(0, Verify(program, _log.Transcript(_log.Size)));
        Assert.Contains("UNDER YOUR CHECKPOINT", program.Output, StringComparison.Ordinal);
        Assert.Contains("RESULT: sold", program.Output, StringComparison.Ordinal);
        var check = Transcript.Verify(_log.Transcript(_log.Size), [Live.KeyId]);
        Assert.Equal((_log.Size, LogOfTests.Origin), (check.Logged!.Size, check.Logged.Origin));
    }

    [Fact]
    public void A_record_with_any_byte_changed_is_refused()
    {
        var good = _log.Transcript(_log.Size);
        Assert.True(good.Length > 12_000);
        var kept = _log.Checkpoint(_log.Size);
        Assert.False(Refused(good, kept));
        var missed = new System.Collections.Concurrent.ConcurrentBag<string>();
        // The last line feed ends the file and may be missing; it is no part of any line.
        Parallel.For(0, good.Length - 1, i =>
        {
            var bad = good.ToArray();
            foreach (var change in All ? Enumerable.Range(1, 255) : [1, 0x20])
            {
                bad[i] = (byte)(good[i] ^ change);
                if (!Refused(bad, kept)) missed.Add($"byte {i} ^ {change}: {Encoding.Latin1.GetString(good, Math.Max(0, i - 20), Math.Min(40, good.Length - i))}");
            }
        });
        Assert.Empty(missed);
    }

    [Fact]
    public void The_program_refuses_any_line_dropped_doubled_or_swapped()
    {
        using var program = new ProgramRun();
        var good = Encoding.UTF8.GetString(_log.Transcript(_log.Size)).TrimEnd('\n').Split('\n');
        for (var i = 0; i < good.Length; i++)
        {
            Assert.Equal(1, Verify(program, Join([.. good[..i], .. good[(i + 1)..]])));
            Assert.Equal(1, Verify(program, Join([.. good[..i], good[i], .. good[i..]])));
            if (i == 0) continue;
            string[] swapped = [.. good];
            (swapped[i], swapped[i - 1]) = (swapped[i - 1], swapped[i]);
            Assert.Equal(1, Verify(program, Join(swapped)));
        }

        static byte[] Join(string[] lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines) + '\n');
    }

    [Fact]
    public void Another_history_signed_by_the_market_itself_is_refused()
    {
        // The same auction with another winner, every line sound, chained and signed with the market's own key.
        var other = Played(last: 5);
        Assert.True(Transcript.Verify(other.Transcript(), [Live.KeyId]).IsGood);
        using var program = new ProgramRun();
        var swapped = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(other.Transcript()) + _log.Line(Sale, _log.Size) + "\n");
        Assert.Equal(1, Verify(program, swapped));
        Assert.Contains(nameof(Unsound.NotInTheLog), program.Output, StringComparison.Ordinal);

        // A log rewritten to hold it has another root than the checkpoint that was kept.
        var rewritten = new LogOfTests(other);
        Assert.Equal(0, program.Run("verify", program.File("o.ndjson", rewritten.Transcript(_log.Size)), "--key", program.File("m.pem", Live.Pem)));
        Assert.Equal(1, Verify(program, rewritten.Transcript(_log.Size)));
        Assert.Contains("two histories", program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_another_size_is_decided_with_tiles_and_undecided_without()
    {
        using var program = new ProgramRun();
        var kept = program.File("kept", _log.Note(_log.Size));
        var key = program.File("m.pem", Live.Pem);
        _log.Grow(400);
        var file = program.File("t.ndjson", _log.Transcript(_log.Size));
        Assert.Equal(3, program.Run("verify", file, "--key", key, "--checkpoint", kept));
        Assert.Equal(0, program.Run("verify", file, "--key", key, "--checkpoint", kept, "--tiles", _log.Folder(program)));
        Assert.Equal(0, program.Run("verify", file, "--checkpoint", kept, "--tiles", _log.Folder(program)));

        // The same growth from another history.
        var rewritten = new LogOfTests(Played(last: 5));
        rewritten.Grow(400);
        var other = program.File("o.ndjson", rewritten.Transcript(rewritten.Size));
        Assert.Equal(1, program.Run("verify", other, "--key", key, "--checkpoint", kept, "--tiles", rewritten.Folder(program)));
    }

    [Fact]
    public void Without_a_proof_a_record_is_good_but_not_under_a_checkpoint()
    {
        using var program = new ProgramRun();
        Assert.Equal(0, program.Run("verify", program.File("t.ndjson", Sale.Transcript())));
        Assert.Contains("carries no proof", program.Output, StringComparison.Ordinal);
        Assert.Equal(1, Verify(program, Sale.Transcript()));
    }

    /// <summary>Forty bids of five bidders, a beaten and an unbeaten maximum, a reserve and a deal.</summary>
    private static Live Played(int last = 4)
    {
        var live = new Live();
        live.Announce(Live.Terms, reserveFen: 105_000_000, bidders: 5);
        for (var bid = 0; bid < 36; bid++) live.Bid(Live.Noon.AddMinutes(1 + bid), 1 + bid % 3, $"b{bid}", 100_000_000 + bid * 1_000_000L);
        live.Bid(Live.Noon.AddMinutes(50), 3, "m1", null, 150_000_000);
        live.Bid(Live.Noon.AddMinutes(58), last, "m2", null, 170_000_000);
        live.Close();
        live.Append(live.Auction.At, new DealRecorded("d1"));
        return live;
    }

    private static bool Refused(byte[] file, Checkpoint kept) =>
        Transcript.Verify(file, [Live.KeyId]) is not { IsGood: true, Logged: { } logged } || logged.Text != kept.Text;

    private static int Verify(ProgramRun program, byte[] file) =>
        program.Run("verify", program.File("t.ndjson", file), "--key", program.File("m.pem", Live.Pem), "--checkpoint", program.File("kept", new LogOfTests(Sale).Note(LogOfTests.First)));
}

/// <summary>A public log around one auction: others before and after it, signed as the market signs.</summary>
internal sealed class LogOfTests
{
    public const string Origin = "market.example/log";

    /// <summary>Its size before anything is added.</summary>
    public const int First = 12;

    private readonly List<byte[]> _entries = [];
    private readonly Live _live;

    public LogOfTests(Live live)
    {
        _live = live;
        Grow(7);
        _entries.Add(Leaf(live));
        Grow(First - 8);
    }

    public int Size => _entries.Count;

    public void Grow(int count)
    {
        for (var i = 0; i < count; i++) _entries.Add(new HeadLeaf("auction/other", _entries.Count + 1, FactLine.HashOf(BitConverter.GetBytes(_entries.Count)), Live.Noon).Write());
    }

    public Checkpoint Checkpoint(int size) => new(Origin, size, Merkle.Root(size, Tree));

    public string Note(int size)
    {
        var checkpoint = Checkpoint(size);
        return checkpoint.Note(Live.PublicKey, Live.SignNote(checkpoint.Text));
    }

    public string Line(Live of, int size)
    {
        var index = _entries.FindIndex(entry => entry.AsSpan().SequenceEqual(Leaf(of)));
        return Encoding.UTF8.GetString(new TranscriptLog(Live.PublicKey, new LogProof(index, Merkle.Inclusion(index, size, Tree), Note(size)).Write()).Write());
    }

    public byte[] Transcript(int size) => [.. _live.Transcript(), .. Encoding.UTF8.GetBytes(Line(_live, size)), (byte)'\n'];

    /// <summary>As it is downloaded: checkpoint, tiles and entries.</summary>
    /// <param name="size">At which size; the whole when not said.</param>
    public string Folder(ProgramRun program, int? size = null)
    {
        var whole = size ?? Size;
        var hashes = _entries.ConvertAll(entry => Merkle.Leaf(entry));
        var tree = Merkle.Of(hashes);
        var folder = program.Folder();
        Write("checkpoint", Encoding.UTF8.GetBytes(Note(whole)));
        for (var level = 0; level < Tiles.LevelsOf(whole); level++)
        {
            for (var index = 0L; Tiles.At(level, index, whole) is { } tile; index++)
            {
                Write(tile.Path, [.. Enumerable.Range(0, tile.Width).SelectMany(i => tree(Tiles.Height * level, index * Tiles.Full + i))]);
                if (level == 0) Write((tile with { Level = null }).Path, Tiles.Bundle(_entries.GetRange((int)index * Tiles.Full, tile.Width)));
            }
        }

        return folder;

        void Write(string path, byte[] content)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }
    }

    /// <summary>Puts another entry in, as a log that lies would.</summary>
    public void Add(HeadLeaf leaf) => _entries.Add(leaf.Write());

    private Subtree Tree => Merkle.Of(_entries.ConvertAll(entry => Merkle.Leaf(entry)));

    private static byte[] Leaf(Live live) => new HeadLeaf("auction/a1", live.Lines.Count, live.Lines[^1].Hash, live.Lines[^1].At).Write();
}
