using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Payments.Cards;

/// <summary>
/// What Stripe tells: a reason to look, never a fact. An event puts its payment on the list of due work; whoever does that work
/// fetches the payment and acts on what it finds, so that events may come late, in any order, often or never.
/// </summary>
public sealed class CardEvents(IMarketplaceDbFactory databases, CardSettings settings, TimeProvider clock, ILogger<CardEvents> log)
{
    /// <summary>
    /// Due work that looks at a payment. Its key is the market's id of the payment, or Stripe's id of the object where that does not
    /// name one (a dispute, say).
    /// </summary>
    public const string Work = "payments.card";

    public const int MostBytes = 256 * 1024;

    /// <summary>Kinds of events the market looks after; others are noted and no more.</summary>
    private static readonly string[] About = ["payment_intent.", "charge.", "refund.", "transfer."];

    /// <returns>Why it was not taken; null when it was, now or before.</returns>
    public async Task<Refusal?> Take(ReadOnlyMemory<byte> body, string? signature, CancellationToken cancellation)
    {
        var refusal = !settings.IsOn || settings.WebhookSecrets.Count == 0 ? Refusal.CardEventsOff : StripeSignature.Check(signature, body.Span, settings.WebhookSecrets, clock.GetUtcNow());
        var told = refusal is null ? Read(body) : null;
        if (told is null)
        {
            refusal ??= Refusal.CardEventMalformed;
            log.EventRefused(refusal.Value);
            return refusal;
        }

        try
        {
            await Note(told, cancellation);
        }
        catch (DbUpdateException)
        {
            // Told twice at the same moment: the other one noted it.
            await using var db = databases.Create();
            if (!await IsNoted(db, told, cancellation)) throw;
        }

        return null;
    }

    /// <summary>What was told about it until a moment is done with: it was looked at after that moment.</summary>
    public async Task Handled(string key, DateTimeOffset lookedAt, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.Create();
        await db.WriteAsync(
            token => db.Set<StripeEventRow>().Where(e => e.Key == key && e.HandledAt == null && e.ReceivedAt <= lookedAt).ExecuteUpdateAsync(set => set.SetProperty(e => e.HandledAt, now), token),
            cancellation);
    }

    private async Task Note(StripeEventRow told, CancellationToken cancellation)
    {
        await using var db = databases.Create();
        await db.WriteAsync(
            async token =>
            {
                if (await IsNoted(db, told, token)) return;
                db.Add(told);
                if (told.Key is { } key) await db.SaveWithWork(Work, key, told.ReceivedAt, token);
                else await db.SaveChangesAsync(token);
            },
            cancellation);
    }

    private static Task<bool> IsNoted(MarketplaceDb db, StripeEventRow told, CancellationToken cancellation) => db.Set<StripeEventRow>().AnyAsync(e => e.Id == told.Id, cancellation);

    /// <summary>Takes ids out of it and nothing else.</summary>
    private StripeEventRow? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (Text(root, "object") != "event" || Word(root, "id") is not { } id || Word(root, "type") is not { } type) return null;
            var about = root.TryGetProperty("data", out var data) && data.TryGetProperty("object", out var found) ? found : default;
            var (subject, isOurs) = (Word(about, "id"), Array.Exists(About, kind => type.StartsWith(kind, StringComparison.Ordinal)));
            if (isOurs && subject is null) return null;
            var payment = about.ValueKind == JsonValueKind.Object && about.TryGetProperty("metadata", out var metadata) && Guid.TryParseExact(Text(metadata, CardReading.PaymentKey), "D", out var named) ? named.ToString() : null;
            var now = clock.GetUtcNow();
            return new StripeEventRow { Id = id, Type = type, Object = subject, Key = isOurs ? payment ?? subject : null, ReceivedAt = now, HandledAt = isOurs ? null : now };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // No JSON, or of another shape.
            return null;
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>An id or the name of a type: it stands in keys and in logs.</summary>
    private static string? Word(JsonElement element, string name) =>
        Text(element, name) is { Length: > 0 and <= StripeEventRow.Longest } text && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-') ? text : null;
}

internal static partial class CardLog
{
    [LoggerMessage(96, LogLevel.Warning, "An event of Stripe was turned away: {Reason}")]
    public static partial void EventRefused(this ILogger log, Refusal reason);
}
