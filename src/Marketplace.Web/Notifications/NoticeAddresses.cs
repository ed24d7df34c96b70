using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Notifications;

/// <summary>Where a message goes: a mail address, a number, a robot's address with its secret.</summary>
public sealed record NoticeAddress(string Address, string? Secret = null)
{
    public override string ToString() => nameof(NoticeAddress);
}

/// <summary>
/// Addresses that people gave, kept encrypted, and the mail of the account. One counts when the code that was sent there has been
/// typed in: then its owner reads what arrives, and nobody is written to who did not ask for it.
/// </summary>
public sealed class NoticeAddresses(MarketplaceDb db, IEnumerable<INoticeChannel> channels, NoticeSeal seal, NoticeSays says, NoticeOptions options, TimeProvider clock)
{
    public const int MostCodesADay = 10;
    public const int MostTries = 5;
    private static readonly TimeSpan CodeFor = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan BetweenCodes = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Keeps an address and sends a code there. Order of refusals: channel absent, shape, TooManyRequests, what the attempt met.
    /// </summary>
    /// <remarks>Of two that are given at the same moment one is too many, and a code counts only for the address that it was sent to.</remarks>
    public async Task<Result<Nothing>> Give(Guid person, NoticeChannel channel, string? address, string? secret, string language, CancellationToken cancellation)
    {
        if (channels.SingleOrDefault(c => c.Channel == channel) is not { IsConfigured: true } way) return Refusal.NoticeChannelAbsent;
        var read = channel is NoticeChannel.Mail ? await MailOf(person, cancellation) : Read(channel, address, secret);
        if (!read.Done) return Result<Nothing>.Refuse(read.Refusal.Value, read.Detail);
        var now = Instant.Cut(clock.GetUtcNow());
        var row = await db.Set<NoticeAddressRow>().FindAsync([person, channel], cancellation);
        if (row is { SentAt: { } last })
        {
            var today = Days.Of(last) == Days.Of(now) ? row.SentThatDay : 0;
            if (now < last + BetweenCodes || today >= MostCodesADay) return Refusal.TooManyRequests;
            row.SentThatDay = today;
        }

        if (row is null) db.Add(row = new NoticeAddressRow { Person = person, Channel = channel, Sealed = "" });
        // Counted before anything leaves: an attempt that fails is an attempt, too.
        (row.SentAt, row.SentThatDay, row.VerifiedAt, row.CodeHash, row.CodeUntil, row.Tries) = (now, row.SentThatDay + 1, null, null, null, 0);
        row.Sealed = seal.Close(read.Value);
        if (!await Saved(cancellation)) return Refusal.TooManyRequests;

        var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", System.Globalization.CultureInfo.InvariantCulture);
        var words = new NoticeWords(says.Say(language, "Test.Title"), says.Say(language, "Test.Text", code, (int)CodeFor.TotalMinutes));
        var answer = await way.Send(new Outgoing(Guid.CreateVersion7(now), read.Value, words, null, ""), cancellation);
        if (answer.Outcome is not SendOutcome.Sent)
            return answer.Code == ForbiddenAddressException.Code ? Result<Nothing>.Refuse(Refusal.NoticeAddressForbidden, "address") : Result<Nothing>.Refuse(Refusal.NoticeTestFailed, answer.Code);
        (row.CodeHash, row.CodeUntil) = (Hash(person, code), now + CodeFor);
        return await Saved(cancellation) ? default(Nothing) : Refusal.TooManyRequests;
    }

    /// <summary>The code that arrived. Order of refusals: NoticeCodeExpired, NoticeCodeWrong.</summary>
    /// <remarks>Of guesses that come at the same moment one is looked at; the others are wrong, whatever they say.</remarks>
    public async Task<Result<Nothing>> Confirm(Guid person, NoticeChannel channel, string? code, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (await db.Set<NoticeAddressRow>().FindAsync([person, channel], cancellation) is not { CodeHash: { } hash, CodeUntil: { } until } row || now >= until || row.Tries >= MostTries) return Result<Nothing>.Refuse(Refusal.NoticeCodeExpired, "code");
        var typed = string.Concat(Text.Narrow(code ?? "").Where(char.IsAsciiDigit));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hash(person, typed)), Encoding.ASCII.GetBytes(hash)))
        {
            row.Tries++;
            await Saved(cancellation);
            return Result<Nothing>.Refuse(Refusal.NoticeCodeWrong, "code");
        }

        (row.VerifiedAt, row.CodeHash, row.CodeUntil) = (now, null, null);
        if (channel is NoticeChannel.Mail) (await db.Set<Person>().SingleAsync(p => p.Id == person, cancellation)).EmailConfirmed = true;
        return await Saved(cancellation) ? default(Nothing) : Result<Nothing>.Refuse(Refusal.NoticeCodeWrong, "code");
    }

    public async Task Forget(Guid person, NoticeChannel channel, CancellationToken cancellation)
    {
        // The day's count stays: removing and giving again is no way around it. A statement, because it holds whatever is under way beside it.
        await db.WriteAsync(
            token => db.Set<NoticeAddressRow>().Where(a => a.Person == person && a.Channel == channel).ExecuteUpdateAsync(
                set => set.SetProperty(a => a.Sealed, "").SetProperty(a => a.VerifiedAt, (DateTimeOffset?)null).SetProperty(a => a.CodeHash, (string?)null).SetProperty(a => a.CodeUntil, (DateTimeOffset?)null),
                token),
            cancellation);
    }

    /// <summary>This market sends mail, and the person has not shown yet to be who reads the account's address.</summary>
    public async Task<bool> MailIsUnproven(Guid person, CancellationToken cancellation) =>
        channels.Any(c => c is { Channel: NoticeChannel.Mail, IsConfigured: true }) && !await db.Set<Person>().AnyAsync(p => p.Id == person && p.EmailConfirmed, cancellation);

    /// <summary>No other is chosen here.</summary>
    private async Task<Result<NoticeAddress>> MailOf(Guid person, CancellationToken cancellation) =>
        new NoticeAddress((await db.Set<Person>().AsNoTracking().Where(p => p.Id == person).Select(p => p.Email).SingleAsync(cancellation))!);

    /// <summary>False, and nothing is saved, when another writer of the address was quicker.</summary>
    private async Task<bool> Saved(CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateException e) when (e is DbUpdateConcurrencyException || db.ChangeTracker.Entries<NoticeAddressRow>().Any(a => a.State is EntityState.Added))
        {
            return false;
        }
    }

    private Result<NoticeAddress> Read(NoticeChannel channel, string? address, string? secret)
    {
        if (channel is NoticeChannel.Sms) return OutsideAddress.ReadPhone(address).Then(phone => Result<NoticeAddress>.Of(new NoticeAddress(phone)));
        var given = Text.Allow(channel is NoticeChannel.DingTalk ? secret : null, OutsideAddress.LongestSecret, "secret");
        if (!given.Done) return Result<NoticeAddress>.Refuse(given.Refusal.Value, given.Detail);
        return OutsideAddress.ReadUrl(address, options.AllowLoopback).Then(url => Result<NoticeAddress>.Of(new NoticeAddress(url.AbsoluteUri, given.Value?.Trim())));
    }

    private static string Hash(Guid person, string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{person:N} {code}")));
}

/// <summary>Encrypts what is kept of addresses and feeds.</summary>
public sealed class NoticeSeal(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("marketplace.notices");

    public string Close(NoticeAddress address) => _protector.Protect(JsonSerializer.Serialize(address));

    public NoticeAddress Open(string kept) => JsonSerializer.Deserialize<NoticeAddress>(_protector.Unprotect(kept))!;

    public string CloseText(string text) => _protector.Protect(text);

    public string OpenText(string kept) => _protector.Unprotect(kept);
}
