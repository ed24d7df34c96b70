using System.Net;
using Marketplace.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Tests.Auctions;

/// <summary>答疑 through the pages: asked by one, answered to all.</summary>
public class QuestionTests : IAsyncLifetime
{
    private readonly MarketHost _market = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _market.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_answer_is_read_by_everybody_and_nobody_reads_who_asked()
    {
        var lot = await _market.ScheduleAuction();
        var asker = await _market.Organisation(OrganisationKind.Enterprise, "海曙测控技术有限公司", demo: true);
        var page = $"/auctions/{lot.Id}/questions";
        Assert.Equal(HttpStatusCode.Redirect, (await asker.Pages.Submit(page, new() { ["question"] = "工作温度能到 250 ℃ 吗？" }, "Ask")).StatusCode);
        using var visitor = _market.Browser();
        var before = await visitor.GetStringAsync(page, Token);
        Assert.DoesNotContain("250 ℃", before, StringComparison.Ordinal);
        Assert.Contains("另有 1 个问题待答复", before, StringComparison.Ordinal);
        Assert.Contains("250 ℃", await asker.Pages.GetStringAsync(page, Token), StringComparison.Ordinal);
        Assert.Contains(lot.Title, await lot.Seller.Pages.GetStringAsync("/desk/questions", Token), StringComparison.Ordinal);

        var id = (await Rows(lot.Id)).Single().Id;
        foreach (var reader in new[] { lot.Seller, lot.Operator })
        {
            var read = await reader.Pages.GetStringAsync(page, Token);
            Assert.Contains("250 ℃", read, StringComparison.Ordinal);
            Assert.DoesNotContain("海曙测控", read, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Redirect, (await lot.Seller.Pages.Submit(page, new() { ["about"] = $"{id}", ["answer"] = "200 ℃ 长期，250 ℃ 不超过一小时。" }, "Answer")).StatusCode);
        foreach (var address in new[] { page, $"/auctions/{lot.Id}/notice", $"/auctions/{lot.Id}" })
        {
            var read = await visitor.GetStringAsync(address, Token);
            Assert.Contains("工作温度能到 250 ℃ 吗？", read, StringComparison.Ordinal);
            Assert.Contains("不超过一小时", read, StringComparison.Ordinal);
            Assert.DoesNotContain("海曙测控", read, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(lot.Title, await lot.Seller.Pages.GetStringAsync("/desk/questions", Token), StringComparison.Ordinal);
        // A second answer to the same question is refused and nothing typed is lost.
        var again = await lot.Seller.Pages.Submit(page, new() { ["about"] = $"{id}", ["answer"] = "另一个答复" }, "Answer");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.StartsWith("200 ℃", (await Rows(lot.Id)).Single().Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_seller_answers_only_members_ask_and_only_the_operator_withdraws()
    {
        var lot = await _market.ScheduleAuction();
        var page = $"/auctions/{lot.Id}/questions";
        var asker = await _market.Organisation(OrganisationKind.Agency, demo: true);
        var other = await _market.Organisation(OrganisationKind.University, demo: true);
        await asker.Pages.Submit(page, new() { ["question"] = "问" }, "Ask");
        var id = $"{(await Rows(lot.Id)).Single().Id}";
        foreach (var stranger in new[] { asker, other, lot.Operator })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Pages.Submit(await Form(stranger), page + "?handler=Answer", new() { ["about"] = id, ["answer"] = "x" })).StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Pages.Submit(await Form(stranger), page + "?handler=Add", new() { ["addendum"] = "x" })).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await lot.Seller.Pages.Submit(page, new() { ["about"] = id, ["reason"] = "x" }, "Withdraw")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await lot.Operator.Pages.Submit(await Form(lot.Operator), page + "?handler=Ask", new() { ["question"] = "x" })).StatusCode);
        // Its own lot: refused by name, beside the field.
        Assert.Contains("出让方不能向自己的标的提问", await (await lot.Seller.Pages.Submit(page, new() { ["question"] = "x" }, "Ask")).Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        using var visitor = _market.Browser();
        Assert.Equal(HttpStatusCode.Redirect, (await visitor.Submit(await visitor.GetStringAsync("/sign-in", Token), page + "?handler=Ask", new() { ["question"] = "x" })).StatusCode);
        // A real organisation does not ask about a demonstration.
        var real = await _market.Organisation(OrganisationKind.Enterprise);
        Assert.Equal(HttpStatusCode.OK, (await real.Pages.Submit(await Form(real), page + "?handler=Ask", new() { ["question"] = "x" })).StatusCode);
        Assert.Single(await Rows(lot.Id));
    }

    [Fact]
    public async Task A_withdrawn_entry_keeps_its_place_with_the_reason_and_is_never_deleted()
    {
        var lot = await _market.ScheduleAuction();
        var page = $"/auctions/{lot.Id}/questions";
        foreach (var text in new[] { "第一条说明", "请拨打我的手机", "第三条说明" })
            Assert.Equal(HttpStatusCode.Redirect, (await lot.Seller.Pages.Submit(page, new() { ["addendum"] = text }, "Add")).StatusCode);
        var improper = (await Rows(lot.Id)).Single(q => q.Answer == "请拨打我的手机");
        Assert.Equal(HttpStatusCode.OK, (await lot.Operator.Pages.Submit(page, new() { ["about"] = $"{improper.Id}", ["reason"] = " " }, "Withdraw")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await lot.Operator.Pages.Submit(page, new() { ["about"] = $"{improper.Id}", ["reason"] = "含有联系方式" }, "Withdraw")).StatusCode);
        using var visitor = _market.Browser();
        var read = await visitor.GetStringAsync(page, Token);
        Assert.DoesNotContain("请拨打我的手机", read, StringComparison.Ordinal);
        Assert.True(Place("第一条说明") < Place("含有联系方式") && Place("含有联系方式") < Place("第三条说明"));
        Assert.Equal("请拨打我的手机", (await Rows(lot.Id)).Single(q => q.WithdrawnAt != null).Answer);

        int Place(string text) => read.IndexOf(text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_questions_wait_and_the_eleventh_is_refused()
    {
        var lot = await _market.ScheduleAuction();
        var page = $"/auctions/{lot.Id}/questions";
        var asker = await _market.Organisation(OrganisationKind.Enterprise, demo: true);
        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.Redirect, (await asker.Pages.Submit(page, new() { ["question"] = $"问题 {i}" }, "Ask")).StatusCode);
        var refused = await asker.Pages.Submit(page, new() { ["question"] = "第十一个问题" }, "Ask");
        Assert.Contains("第十一个问题", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(10, (await Rows(lot.Id)).Count);
    }

    [Fact]
    public async Task When_bidding_opens_nothing_more_is_said()
    {
        var lot = await _market.ScheduleAuction(TimeSpan.FromSeconds(8));
        var page = $"/auctions/{lot.Id}/questions";
        var asker = await _market.Organisation(OrganisationKind.Enterprise, demo: true);
        var late = await asker.Pages.Submit(await Form(asker), page + "?handler=Ask", new() { ["question"] = "还来得及吗" });
        Assert.Contains("提问已截止", await late.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        await Eventually.Become("open", TimeSpan.FromSeconds(60), async () => (await _market.Auction(lot.Id).Look()).Phase == "open");
        var answered = await lot.Seller.Pages.Submit(await Form(lot.Seller), page + "?handler=Add", new() { ["addendum"] = "迟到的说明" });
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Empty(await Rows(lot.Id));
    }

    [Fact]
    public async Task Naughty_strings_come_back_unchanged_or_never_entered()
    {
        var strings = NaughtyTexts.All;
        var lot = await _market.ScheduleAuction();
        var page = $"/auctions/{lot.Id}/questions";
        var html = await lot.Seller.Pages.GetStringAsync(page, Token);
        var kept = new List<string>();
        foreach (var text in strings)
        {
            var said = await lot.Seller.Pages.Submit(html, page + "?handler=Add", new() { ["addendum"] = text });
            Assert.True(said.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.OK, $"{said.StatusCode} for {text}");
            if (said.StatusCode == HttpStatusCode.Redirect) kept.Add(text);
        }

        Assert.Equal(kept, (await Rows(lot.Id)).Select(q => q.Answer!));
        using var visitor = _market.Browser();
        var read = await visitor.GetStringAsync(page, Token);
        foreach (var text in kept.Where(t => t.Contains("<script", StringComparison.OrdinalIgnoreCase))) Assert.DoesNotContain(text, read, StringComparison.Ordinal);
    }

    /// <summary>A page with a form on it, opened before: where the form is gone, somebody may still send it.</summary>
    private static Task<string> Form(Somebody somebody) => somebody.Pages.GetStringAsync("/account/second-factor", Token);

    private Task<List<QuestionRow>> Rows(string lot) =>
        _market.InDatabase(db => db.Set<QuestionRow>().AsNoTracking().Where(q => q.Lot == lot).OrderBy(q => q.AskedAt).ThenBy(q => q.Id).ToListAsync(Token));
}
