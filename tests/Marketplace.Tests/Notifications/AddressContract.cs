using System.Text.RegularExpressions;
using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Notifications;
using Marketplace.Platform.Database;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Notifications;

/// <summary>An address counts when its own code was typed in, whatever is given, typed and removed at the same moment. On both databases.</summary>
public abstract partial class AddressContract : IAsyncLifetime
{
    private Post _post = null!;
    private Guid _person;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract Task<TestDatabase> CreateDatabase();

    public async ValueTask InitializeAsync()
    {
        _post = await Post.Open(await CreateDatabase());
        (_, _person) = await _post.Member(proven: false);
    }

    public async ValueTask DisposeAsync()
    {
        await _post.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Of_two_given_at_once_one_gets_a_message()
    {
        Assert.True((await Give("13800000001")).Done);
        _post.Clock.Advance(TimeSpan.FromMinutes(2));
        await using var beside = await Seen();
        Assert.True((await Give("13800000002")).Done);
        Assert.Equal(Refusal.TooManyRequests, (await Give("13800000003", beside)).Refusal);
        Assert.Equal(["13800000001", "13800000002"], _post.Hooks.Got.Select(got => Phone().Match(got.Body).Groups[1].Value));
    }

    [Fact]
    public async Task The_code_of_one_s_own_phone_proves_no_stranger_s()
    {
        Assert.True((await Give("13800000001")).Done);
        var own = Code();
        await using var typing = await Seen();
        _post.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True((await Give("13900000009")).Done);
        Assert.Equal(Refusal.NoticeCodeWrong, (await Confirm(own, typing)).Refusal);
        Assert.Null((await Row()).VerifiedAt);
        Assert.True((await Confirm(Code())).Done);
    }

    [Fact]
    public async Task Guesses_at_the_same_moment_are_one_guess()
    {
        Assert.True((await Give("13800000001")).Done);
        var right = Code();
        var wrong = right == "000000" ? "000001" : "000000";
        await using var beside = await Seen();
        Assert.Equal(Refusal.NoticeCodeWrong, (await Confirm(wrong)).Refusal);
        // Right or not: it is not looked at, and says nothing.
        Assert.Equal(Refusal.NoticeCodeWrong, (await Confirm(right, beside)).Refusal);
        Assert.Equal((1, null), ((await Row()).Tries, (await Row()).VerifiedAt));
        Assert.True((await Confirm(right)).Done);
    }

    [Fact]
    public async Task What_is_removed_while_its_code_is_on_the_way_is_not_proven_by_it()
    {
        _post.Hooks.Meanwhile = async () =>
        {
            await using var db = _post.Database.Databases.Create();
            await _post.Addresses(db).Forget(_person, NoticeChannel.Sms, Stop);
        };
        Assert.Equal(Refusal.TooManyRequests, (await Give("13800000001")).Refusal);
        Assert.Equal(Refusal.NoticeCodeExpired, (await Confirm(Code())).Refusal);
        Assert.Equal(("", null, null), ((await Row()).Sealed, (await Row()).CodeHash, (await Row()).VerifiedAt));
    }

    [Fact]
    public async Task Nobody_is_written_to_before_the_mail_of_the_account_is_proven()
    {
        await _post.Tell(_post.Notice(NoticeKind.SavedSearchFound, Recipient.Person(_person)));
        await _post.Run();
        Assert.Empty(_post.Mail.Taken);
        await using (var db = _post.Database.Databases.Create())
        {
            Assert.True(await _post.Addresses(db).MailIsUnproven(_person, Stop));
            // Whatever else is typed, the code goes to the account's own address.
            Assert.True((await _post.Addresses(db).Give(_person, NoticeChannel.Mail, "stranger@elsewhere.example", null, "zh-CN", Stop)).Done);
        }

        var sent = Assert.Single(_post.Mail.Taken);
        Assert.Equal($"{_person:N}@firm.example", Assert.Single(sent.To.Mailboxes).Address);
        await using (var db = _post.Database.Databases.Create())
        {
            Assert.True((await _post.Addresses(db).Confirm(_person, NoticeChannel.Mail, SixDigits().Match(sent.TextBody!).Value, Stop)).Done);
            Assert.False(await _post.Addresses(db).MailIsUnproven(_person, Stop));
        }

        await _post.Tell(_post.Notice(NoticeKind.SavedSearchFound, Recipient.Person(_person), "e-2"));
        await _post.Run();
        Assert.Equal(2, _post.Mail.Taken.Count);
    }

    /// <summary>One who has read what stands there now.</summary>
    private async Task<MarketplaceDb> Seen()
    {
        var db = _post.Database.Databases.Create();
        await db.Set<NoticeAddressRow>().LoadAsync(Stop);
        return db;
    }

    private async Task<Result<Nothing>> Give(string number, MarketplaceDb? seen = null)
    {
        await using var own = _post.Database.Databases.Create();
        return await _post.Addresses(seen ?? own).Give(_person, NoticeChannel.Sms, number, null, "zh-CN", Stop);
    }

    private async Task<Result<Nothing>> Confirm(string code, MarketplaceDb? seen = null)
    {
        await using var own = _post.Database.Databases.Create();
        return await _post.Addresses(seen ?? own).Confirm(_person, NoticeChannel.Sms, code, Stop);
    }

    private async Task<NoticeAddressRow> Row()
    {
        await using var db = _post.Database.Databases.Create();
        return await db.Set<NoticeAddressRow>().AsNoTracking().SingleAsync(Stop);
    }

    private string Code() => SixDigits().Match(_post.Hooks.Got.Last().Body.Split("\"text\"")[1]).Value;

    [GeneratedRegex("[0-9]{6}")]
    private static partial Regex SixDigits();

    [GeneratedRegex("\"to\":\"([0-9]+)\"")]
    private static partial Regex Phone();
}

public sealed class SqliteAddressTests : AddressContract
{
    protected override Task<TestDatabase> CreateDatabase() => TestDatabase.Create(null);
}

public sealed class PostgresAddressTests(PostgresFixture postgres) : AddressContract
{
    protected override async Task<TestDatabase> CreateDatabase() => await TestDatabase.Create(await postgres.CreateMarket());
}
