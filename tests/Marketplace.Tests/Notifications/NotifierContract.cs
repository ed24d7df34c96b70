using Marketplace.Domain.Common;
using Marketplace.Domain.Notifications;
using Marketplace.Domain.Organisations;
using Marketplace.Domain.Payments;
using Marketplace.Notifications;
using Marketplace.Organisations;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Notifications;

/// <summary>Somebody is told with the change or not at all, once; and it is sent once, again where it failed, and never for ever. On both databases.</summary>
public abstract class NotifierContract : IAsyncLifetime
{
    private Post _post = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected abstract Task<TestDatabase> CreateDatabase();

    public async ValueTask InitializeAsync() => _post = await Post.Open(await CreateDatabase());

    public async ValueTask DisposeAsync()
    {
        await _post.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_change_that_is_not_saved_tells_nobody()
    {
        var (organisation, _) = await _post.Member();
        var notice = _post.Notice(NoticeKind.LotWon, Recipient.Organisation(organisation));
        await using (var db = _post.Database.Databases.Create())
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => db.WriteAsync(
                async token =>
                {
                    _post.Notifier.Tell(db, [notice]);
                    await db.SaveChangesAsync(token);
                    throw new InvalidOperationException("The change fails after it.");
                },
                Stop));
        }

        Assert.Empty(await Told());
        await _post.Tell(notice);
        Assert.Equal("e-1", Assert.Single(await Told()).Event);
    }

    [Fact]
    public async Task An_append_that_loses_its_place_tells_nobody_and_one_that_stands_tells_with_it()
    {
        var (organisation, _) = await _post.Member();
        var notice = _post.Notice(NoticeKind.DepositFrozen, Recipient.Organisation(organisation), "hold/1");
        var line = FactLine.Write(new BookResumed("custodian", 1), 1, FactLine.Genesis, _post.Clock.GetUtcNow());
        NewLine[] lines = [new NewLine(line, "resumed/1")];
        var head = _post.Database.Keys.Sign("ledger/custodian", 1, line.Hash);
        await _post.Database.Store.Append("ledger/custodian", lines, head, [], Stop);
        await Assert.ThrowsAsync<StreamMovedException>(() => _post.Database.Store.Append("ledger/custodian", lines, head, [_post.Notifier.Write(notice)], Stop));
        Assert.Empty(await Told());

        var next = FactLine.Write(new BookResumed("custodian", 2), 2, line.Hash, _post.Clock.GetUtcNow());
        await _post.Database.Store.Append("ledger/custodian", [new NewLine(next, "resumed/2")], _post.Database.Keys.Sign("ledger/custodian", 2, next.Hash), [_post.Notifier.Write(notice)], Stop);
        // EF finds what the statement wrote, and tells it no second time.
        await _post.Tell(notice);
        await _post.Database.Store.Write([_post.Notifier.Write(notice)], Stop);
        var row = Assert.Single(await Told());
        Assert.Equal((organisation, NoticeKind.DepositFrozen, notice.At, false), (row.Recipient, row.Kind, row.At, row.ToPerson));
        await _post.Run();
        Assert.Single(_post.Mail.Taken);
    }

    [Fact]
    public async Task What_another_says_at_the_same_moment_undoes_no_change()
    {
        var (organisation, person) = await _post.Member();
        var notice = _post.Notice(NoticeKind.PaddleSuspended, Recipient.Organisation(organisation));
        await using var first = _post.Database.Databases.Create();
        await using var second = _post.Database.Databases.Create();
        _post.Notifier.Tell(second, [notice]);
        second.Add(new NoticeSwitchRow { Person = person, Group = NoticeGroup.Bidding, Channel = NoticeChannel.Mail, IsOn = false });
        Task<int>? beside = null;
        await first.WriteAsync(
            async token =>
            {
                _post.Notifier.Tell(first, [notice]);
                await first.SaveChangesAsync(token);
                // It waits until this one is committed, having seen nothing of it.
                beside = second.SaveChangesAsync(token);
            },
            Stop);
        await beside!;
        Assert.Single(await Told());
        Assert.False((await first.Set<NoticeSwitchRow>().AsNoTracking().SingleAsync(s => s.Person == person, Stop)).IsOn);
    }

    [Fact]
    public async Task The_same_event_is_told_once_to_each_recipient()
    {
        var ((first, _), (second, _)) = (await _post.Member(), await _post.Member());
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await _post.Tell(
                _post.Notice(NoticeKind.LotUnsold, Recipient.Organisation(first)), _post.Notice(NoticeKind.LotUnsold, Recipient.Organisation(first)),
                _post.Notice(NoticeKind.LotUnsold, Recipient.Organisation(second)));
            await _post.Run();
        }

        Assert.Equal(2, (await Told()).Count);
        Assert.Equal(2, _post.Mail.Taken.Count);
    }

    [Fact]
    public async Task Of_an_organisation_those_are_told_whom_it_concerns()
    {
        var (organisation, owner) = await _post.Member();
        var (_, researcher) = await _post.Member();
        await _post.Change(db =>
        {
            db.Add(new MembershipRow { Person = researcher, Organisation = organisation, Role = MemberRole.Researcher, Since = _post.Clock.GetUtcNow() });
            db.Add(new MembershipRow { Person = owner, Organisation = organisation, Role = MemberRole.Signatory, Since = _post.Clock.GetUtcNow() });
            return Task.CompletedTask;
        });
        await _post.Tell(_post.Notice(NoticeKind.Outbid, Recipient.Organisation(organisation)));
        await _post.Run();
        Assert.Equal(owner, Assert.Single(await _post.Deliveries()).Person);
    }

    [Fact]
    public async Task Nothing_of_a_demonstration_leaves_the_market()
    {
        var (organisation, person) = await _post.Member(demo: true);
        await _post.Tell(_post.Notice(NoticeKind.LotWon, Recipient.Organisation(organisation)), _post.Notice(NoticeKind.SavedSearchFound, Recipient.Person(person), "e-2"));
        await _post.Run();
        Assert.Empty(await _post.Deliveries());
        Assert.Equal(2, (await Told()).Count);
    }

    /// <summary>Kind by kind and channel by channel, with every switch off, untouched and on.</summary>
    [Fact]
    public async Task What_binds_comes_by_mail_with_every_switch_off_and_nothing_else_comes()
    {
        foreach (var kind in NoticeKinds.All)
        {
            foreach (var chosen in new bool?[] { false, null, true })
            {
                var audience = NoticeKinds.Audience(kind);
                var (organisation, person) = await _post.Member(audience.Length == 0 ? OrganisationKind.Enterprise : Enum.GetValues<OrganisationKind>().First(o => NoticeKinds.IsFor(kind, o, MemberRole.Owner)));
                await _post.Give(person, NoticeChannel.Sms, "13800000000");
                await _post.Give(person, NoticeChannel.WeCom, _post.Hooks.Address + "/wecom");
                await _post.Give(person, NoticeChannel.DingTalk, _post.Hooks.Address + "/dingtalk", "SECx");
                await _post.Change(db =>
                {
                    if (chosen is { } wanted) db.AddRange(from g in Enum.GetValues<NoticeGroup>() from c in Enum.GetValues<NoticeChannel>() select new NoticeSwitchRow { Person = person, Group = g, Channel = c, IsOn = wanted });
                    return Task.CompletedTask;
                });
                var before = (await _post.Deliveries()).Count;
                await _post.Tell(_post.Notice(kind, audience.Length == 0 ? Recipient.Person(person) : Recipient.Organisation(organisation), $"{kind}/{chosen}"));
                await _post.Run();
                var group = NoticeKinds.GroupOf(kind);
                var expected = Switches.Sent.Where(channel => Switches.IsOn(group, channel, chosen)).ToList();
                var sent = (await _post.Deliveries()).Where(d => d.Person == person).ToList();
                Assert.Equal((kind, chosen, string.Join(' ', expected)), (kind, chosen, string.Join(' ', sent.Select(d => d.Channel).Order())));
                Assert.All(sent, d => Assert.Equal(DeliveryState.Sent, d.State));
                if (chosen is false) Assert.Equal(NoticeKinds.IsBinding(group) ? "Mail" : "", string.Join(' ', expected));
                Assert.Equal(before + expected.Count, (await _post.Deliveries()).Count);
            }
        }
    }

    [Fact]
    public async Task Two_nodes_send_each_message_once()
    {
        foreach (var n in Enumerable.Range(0, 12))
        {
            var (organisation, _) = await _post.Member();
            await _post.Tell(_post.Notice(NoticeKind.LotWon, Recipient.Organisation(organisation), $"e-{n}"));
        }

        using var a = _post.Node();
        using var b = _post.Node();
        for (var turn = 0; turn < 4; turn++) await Task.WhenAll(Task.Run(() => a.RunDue(Stop), Stop), Task.Run(() => b.RunDue(Stop), Stop));
        Assert.Equal(12, _post.Mail.Taken.Count);
        Assert.Equal(12, _post.Mail.Taken.Select(m => m.MessageId).Distinct().Count());
        Assert.All(await _post.Deliveries(), d => Assert.Equal((DeliveryState.Sent, 1), (d.State, d.Attempts)));
    }

    [Fact]
    public async Task A_lost_answer_is_the_one_case_in_which_a_mail_comes_twice_and_it_bears_the_same_id()
    {
        var (organisation, _) = await _post.Member();
        await _post.Tell(_post.Notice(NoticeKind.LotWon, Recipient.Organisation(organisation)));
        _post.Mail.ToMessages.Enqueue("");
        await _post.Run();
        Assert.Equal(DeliveryState.Waiting, Assert.Single(await _post.Deliveries()).State);
        _post.Clock.Advance(TimeSpan.FromSeconds(11));
        await _post.Run();
        Assert.Equal(2, _post.Mail.Taken.Count);
        Assert.Single(_post.Mail.Taken.Select(m => m.MessageId).Distinct());
    }

    [Fact]
    public async Task A_node_that_died_with_a_delivery_in_hand_leaves_it_to_the_next()
    {
        var (organisation, _) = await _post.Member();
        await _post.Tell(_post.Notice(NoticeKind.LotWon, Recipient.Organisation(organisation)));
        using (var node = _post.Node()) await node.Spread(Stop);
        var held = _post.Clock.GetUtcNow() + Retries.Lease;
        await _post.Change(db => db.Set<NoticeDeliveryRow>().ExecuteUpdateAsync(s => s.SetProperty(d => d.BusyUntil, held).SetProperty(d => d.Attempts, 1), Stop));
        await _post.Run();
        Assert.Empty(_post.Mail.Taken);
        _post.Clock.Advance(Retries.Lease + TimeSpan.FromSeconds(1));
        await _post.Run();
        Assert.Single(_post.Mail.Taken);
        Assert.Equal((DeliveryState.Sent, 2), ((await _post.Deliveries())[0].State, (await _post.Deliveries())[0].Attempts));
    }

    [Fact]
    public async Task What_fails_is_tried_again_and_given_up_after_six_times()
    {
        var (organisation, _) = await _post.Member();
        await _post.Tell(_post.Notice(NoticeKind.LotWon, Recipient.Organisation(organisation)));
        for (var attempt = 1; attempt <= Retries.MostAttempts; attempt++)
        {
            _post.Mail.ToRecipients.Enqueue("451 later");
            await _post.Run();
            var row = Assert.Single(await _post.Deliveries());
            Assert.Equal((attempt < Retries.MostAttempts ? DeliveryState.Waiting : DeliveryState.Failed, attempt, "smtp-451"), (row.State, row.Attempts, row.Code));
            // Not before its time.
            await _post.Run();
            Assert.Equal(attempt, (await _post.Deliveries())[0].Attempts);
            _post.Clock.Advance(TimeSpan.FromHours(1));
        }

        await _post.Run();
        Assert.Empty(_post.Mail.Taken);
    }

    [Fact]
    public async Task Who_left_or_switched_it_off_meanwhile_is_not_reached_any_more()
    {
        var (organisation, person) = await _post.Member();
        await _post.Give(person, NoticeChannel.WeCom, _post.Hooks.Address + "/wecom");
        await _post.Tell(_post.Notice(NoticeKind.LotWon, Recipient.Organisation(organisation)));
        using (var node = _post.Node()) await node.Spread(Stop);
        await _post.Change(db => db.Set<MembershipRow>().Where(m => m.Person == person).ExecuteDeleteAsync(Stop));
        await _post.Run();
        Assert.Equal([DeliveryState.Dropped, DeliveryState.Dropped], (await _post.Deliveries()).Select(d => d.State));
        Assert.Empty(_post.Mail.Taken);
        Assert.Empty(_post.Hooks.Got);
    }

    [Fact]
    public async Task What_a_newer_notice_replaced_is_sent_no_more()
    {
        var (organisation, _) = await _post.Member();
        await _post.Tell(_post.Notice(NoticeKind.Outbid, Recipient.Organisation(organisation)));
        using (var node = _post.Node()) await node.Spread(Stop);
        await Replace();
        await _post.Tell(_post.Notice(NoticeKind.Outbid, Recipient.Organisation(organisation), "e-2"));
        await Replace();
        await _post.Tell(_post.Notice(NoticeKind.Outbid, Recipient.Organisation(organisation), "e-3"));
        await _post.Run();
        // The first was on its way already, the second never left.
        Assert.Equal([DeliveryState.Sent, DeliveryState.Dropped], (await _post.Deliveries()).Select(d => d.State).Order());
        Assert.Single(_post.Mail.Taken);
        Assert.All(await Told(), n => Assert.NotNull(n.SpreadAt));

        Task Replace() => _post.Change(db => db.Set<NoticeRow>().ExecuteUpdateAsync(set => set.SetProperty(n => n.ReplacedAt, _post.Clock.GetUtcNow()), Stop));
    }

    private async Task<List<NoticeRow>> Told()
    {
        await using var db = _post.Database.Databases.Create();
        return await db.Set<NoticeRow>().AsNoTracking().ToListAsync(Stop);
    }
}

public sealed class SqliteNotifierTests : NotifierContract
{
    protected override Task<TestDatabase> CreateDatabase() => TestDatabase.Create(null);
}

public sealed class PostgresNotifierTests(PostgresFixture postgres) : NotifierContract
{
    protected override async Task<TestDatabase> CreateDatabase() => await TestDatabase.Create(await postgres.CreateMarket());
}
