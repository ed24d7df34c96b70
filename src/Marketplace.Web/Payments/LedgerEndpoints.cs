using System.Text;
using Marketplace.Platform.Edge;

namespace Marketplace.Payments;

/// <summary>A proof as programs read it.</summary>
/// <param name="Line">The signed line, byte for byte: its SHA-256 is <paramref name="Hash"/>, and it names the hash of the proof before it.</param>
/// <param name="Key">The fingerprint of the key that signed; the keys are at <c>/.well-known/market-keys.json</c>.</param>
/// <param name="Signature">Over <c>market-head.1</c>, stream, version and hash, a line each; base64.</param>
public sealed record LedgerProofItem(long Version, bool Holds, string Line, string Hash, string Key, string Signature);

/// <param name="Stream">The stream that the signatures name.</param>
/// <param name="Proofs">Newest first.</param>
public sealed record LedgerProofItems(string Stream, IReadOnlyList<LedgerProofItem> Proofs);

/// <summary>The proofs of the ledger, for everybody.</summary>
public static class LedgerEndpoints
{
    private const int Most = 100;

    public static void Map(WebApplication app)
    {
        var api = app.MapApi().MapGroup("/ledger").WithTags("Ledger");
        api.MapGet("/proofs", (LedgerProving proving, CancellationToken cancellation) => Proofs(DepositAccounts.RealBook, proving, cancellation))
            .WithName("LedgerProofs").Produces<LedgerProofItems>().WithSummary("The nightly proofs that the books balance, newest first");
        api.MapGet("/cards/proofs", (LedgerProving proving, CancellationToken cancellation) => Proofs(DepositAccounts.CardBook, proving, cancellation))
            .WithName("CardLedgerProofs").Produces<LedgerProofItems>().WithSummary("The same for the book of payments by card");
        api.MapGet("/demo/proofs", (LedgerProving proving, CancellationToken cancellation) => Proofs(DepositAccounts.DemoBook, proving, cancellation))
            .WithName("DemoLedgerProofs").Produces<LedgerProofItems>().WithSummary("The same for the demonstration's book");
        api.MapGet("/demo/cards/proofs", (LedgerProving proving, CancellationToken cancellation) => Proofs(DepositAccounts.DemoCardBook, proving, cancellation))
            .WithName("DemoCardLedgerProofs").Produces<LedgerProofItems>().WithSummary("The same for the demonstration's payments by card");
    }

    private static async Task<IResult> Proofs(string book, LedgerProving proving, CancellationToken cancellation) => Results.Ok(new LedgerProofItems(
        Domain.Payments.LedgerProved.StreamOf(book),
        [
            .. (await proving.Newest(book, Most, cancellation)).Select(p => new LedgerProofItem(
                p.Line.Version, p.Proof.Holds, Encoding.UTF8.GetString(p.Line.Bytes), p.Line.Hash, p.Head.KeyId, Convert.ToBase64String(p.Head.Signature))),
        ]));
}
