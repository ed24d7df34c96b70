using System.Net;
using Marketplace.Achievements;
using Marketplace.Auctions;
using Marketplace.Auctions.Dossiers;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Auctions;

/// <summary>保密资料 through the pages: who signs, who reads, what is logged, and what nobody learns before the end.</summary>
public class DossierTests : IAsyncLifetime
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
    public async Task Who_signed_reads_marked_copies_that_are_logged_first_and_nobody_else_reads_anything()
    {
        var lot = await Announced();
        var (gate, file) = ($"/auctions/{lot.Id}/dossier", $"/auctions/{lot.Id}/dossier/1");
        var signer = await _market.DemoSigner("海曙测控技术有限公司", "欧阳照野");
        var engineer = await _market.Member(signer.Organisation, MemberRole.Researcher, "端木听涛");
        var clerk = await _market.Member(signer.Organisation, MemberRole.Staff);
        var strangers = new[]
        {
            lot.Operator, await _market.Organisation(OrganisationKind.Agency, demo: true), await _market.Organisation(OrganisationKind.University, demo: true),
            await _market.Organisation(OrganisationKind.Authority, demo: true), await _market.Member(lot.Seller.Organisation, MemberRole.Researcher),
        };
        using var visitor = _market.Browser();
        foreach (var reader in new[] { visitor, lot.Seller.Pages, signer.Pages }.Concat(strangers.Select(s => s.Pages)))
        {
            Assert.Contains("真空镀膜参数", await reader.GetStringAsync(gate, Token), StringComparison.Ordinal);
            Assert.NotEqual("application/pdf", (await reader.GetAsync(file, Token)).Content.Headers.ContentType?.MediaType);
        }

        // Only a signatory signs: not a clerk, not an engineer, not another kind of organisation.
        foreach (var other in strangers.Concat([clerk, engineer, lot.Seller]))
            Assert.Equal(HttpStatusCode.Forbidden, (await _market.SignNda(other, lot.Id, "x")).StatusCode);
        Assert.Contains("姓名与账户姓名不一致", await Body(_market.SignNda(signer, lot.Id, "欧阳")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _market.SignNda(signer, lot.Id, "欧阳照野", accepted: false)).StatusCode);
        Assert.Contains("请重新通读", await Body(_market.SignNda(signer, lot.Id, "欧阳照野", textSha256: new string('0', 64))), StringComparison.Ordinal);
        Assert.Empty(await Ndas(lot.Id));

        var id = Guid.CreateVersion7();
        Assert.Equal(HttpStatusCode.Redirect, (await _market.SignNda(signer, lot.Id, "欧阳照野", id)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _market.SignNda(signer, lot.Id, "欧阳照野", id)).StatusCode);
        Assert.Contains("已签署", await Body(_market.SignNda(signer, lot.Id, "欧阳照野")), StringComparison.Ordinal);
        var nda = Assert.Single(await Ndas(lot.Id));
        Assert.Equal((signer.Organisation, signer.Person, "欧阳照野", 5), (nda.Organisation, nda.Person, nda.PersonName, nda.Years));

        foreach (var (reader, name) in new[] { (signer, "欧阳照野"), (engineer, "端木听涛"), (clerk, null) })
        {
            var copy = await reader.Pages.GetAsync(file, Token);
            Assert.Equal("application/pdf", copy.Content.Headers.ContentType?.MediaType);
            Assert.Contains("no-store", copy.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            var bytes = await copy.Content.ReadAsByteArrayAsync(Token);
            var view = (await Views(lot.Id))[^1];
            Assert.Equal((DossierReader.Signer, nda.Id, reader.Person, 1), (view.As, view.Nda, view.Person, view.Number));
            if (name is not null) Assert.Equal(name, view.PersonName);
            // The number of the line is the number on the copy.
            Assert.Contains(view.Copy, copy.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
            using var read = PdfSharp.Pdf.IO.PdfReader.Open(new MemoryStream(bytes), PdfSharp.Pdf.IO.PdfDocumentOpenMode.Import);
            Assert.Equal((view.Copy, 3), (read.Info.Title, read.PageCount));
        }

        foreach (var stranger in strangers.Append(lot.Seller)) Assert.NotEqual("application/pdf", (await stranger.Pages.GetAsync(file, Token)).Content.Headers.ContentType?.MediaType);
        Assert.Equal(3, (await Views(lot.Id)).Count);
        Assert.Equal(HttpStatusCode.NotFound, (await signer.Pages.GetAsync($"{gate}/3", Token)).StatusCode);
    }

    [Fact]
    public async Task No_other_road_leads_to_a_confidential_file()
    {
        var lot = await Announced();
        var sha = (await Files(lot.Id))[0].Sha256;
        var signer = await _market.DemoSigner("海曙测控技术有限公司", "欧阳照野");
        await _market.SignNda(signer, lot.Id, "欧阳照野");
        using var visitor = _market.Browser();
        foreach (var reader in new[] { visitor, signer.Pages, lot.Seller.Pages, lot.Operator.Pages })
        {
            foreach (var road in new[]
            {
                $"/auctions/{lot.Id}/files/{sha}", $"/desk/lots/{lot.Id}/files/{sha}", $"/achievements/{lot.Achievement}/files/{sha}", $"/auctions/{lot.Id}/dossier/{sha}", $"/files/{sha}", $"/data/files/{sha}",
            })
                Assert.Contains((await reader.GetAsync(road, Token)).StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.Forbidden, HttpStatusCode.Redirect });
        }

        // The seller's own people get a marked and logged copy too; those of another seller get nothing.
        var own = await lot.Seller.Pages.GetAsync($"/desk/lots/{lot.Id}/dossier/1", Token);
        Assert.Equal("application/pdf", own.Content.Headers.ContentType?.MediaType);
        Assert.Equal(DossierReader.Seller, Assert.Single(await Views(lot.Id)).As);
        var rival = await _market.Organisation(OrganisationKind.University, demo: true);
        foreach (var stranger in new[] { rival, lot.Operator, signer }) Assert.Equal(HttpStatusCode.NotFound, (await stranger.Pages.GetAsync($"/desk/lots/{lot.Id}/dossier/1", Token)).StatusCode);
        foreach (var stranger in new[] { rival, lot.Operator, signer }) Assert.Equal(HttpStatusCode.Forbidden, (await stranger.Pages.GetAsync($"/desk/lots/{lot.Id}/dossier", Token)).StatusCode);
    }

    [Fact]
    public async Task The_announcement_fixes_text_and_list_and_afterwards_nothing_goes_silently()
    {
        string? early = null;
        var lot = await _market.ScheduleAuction(before: async (id, seller) =>
        {
            early = $"/desk/lots/{id}/dossier";
            foreach (var title in new[] { "甲", "乙", "丙" }) Assert.Equal(HttpStatusCode.Redirect, (await MarketHost.AddDossierFile(seller, id, title)).StatusCode);
            var files = await Files(id);
            Assert.Equal(HttpStatusCode.Redirect, (await seller.Pages.Submit(early, new() { ["file"] = $"{files[2].Id}" }, "Up")).StatusCode);
            Assert.Equal(HttpStatusCode.Redirect, (await seller.Pages.Submit(early, new() { ["file"] = $"{files[0].Id}" }, "Remove")).StatusCode);
            Assert.Equal([(1, "丙"), (2, "乙")], (await Files(id)).Select(f => (f.Number, f.Title)));
            Assert.Contains("1 至 20 年", await Body(seller.Pages.Submit(early, new() { ["ownText"] = "样品不得带离。", ["years"] = "21" }, "Terms")), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Redirect, (await seller.Pages.Submit(early, new() { ["ownText"] = "样品不得带离。", ["years"] = "8" }, "Terms")).StatusCode);
        });
        using var visitor = _market.Browser();
        var text = await visitor.GetByteArrayAsync($"/auctions/{lot.Id}/dossier/text", Token);
        Assert.EndsWith("出让方补充条款\n\n样品不得带离。\n", System.Text.Encoding.UTF8.GetString(text), StringComparison.Ordinal);
        using var announced = System.Text.Json.JsonDocument.Parse(await visitor.GetByteArrayAsync($"/auctions/{lot.Id}/announcement", Token));
        var said = announced.RootElement.GetProperty("dossier");
        Assert.Equal((Announcement.HashOf(text), 8, 2), (said.GetProperty("textSha256").GetString(), said.GetProperty("years").GetInt32(), said.GetProperty("files").GetArrayLength()));

        var kept = await Files(lot.Id);
        foreach (var (handler, fields) in new[] { ("Terms", new Dictionary<string, string> { ["years"] = "3" }), ("Up", new() { ["file"] = $"{kept[1].Id}" }), ("Remove", new() { ["file"] = $"{kept[0].Id}" }) })
            Assert.Equal(HttpStatusCode.OK, (await lot.Seller.Pages.Submit(await lot.Seller.Pages.GetStringAsync("/account/second-factor", Token), $"{early}?handler={handler}", fields)).StatusCode);
        Assert.Equal(kept.Select(f => (f.Number, f.Title)), (await Files(lot.Id)).Select(f => (f.Number, f.Title)));

        var form = Guid.CreateVersion7();
        for (var twice = 0; twice < 2; twice++) Assert.Equal(HttpStatusCode.Redirect, (await MarketHost.AddDossierFile(lot.Seller, lot.Id, "补充说明", id: form)).StatusCode);
        Assert.True((await Files(lot.Id)) is [_, _, { Number: 3, Addendum: true }]);
        var withdrawn = new Dictionary<string, string> { ["file"] = $"{kept[0].Id}", ["reason"] = "版本有误" };
        Assert.Equal(HttpStatusCode.OK, (await lot.Seller.Pages.Submit(early!, new(withdrawn) { ["reason"] = " " }, "Withdraw")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await lot.Seller.Pages.Submit(early!, withdrawn, "Withdraw")).StatusCode);
        var gate = await visitor.GetStringAsync($"/auctions/{lot.Id}/dossier", Token);
        Assert.Contains("版本有误", gate, StringComparison.Ordinal);
        Assert.Contains("丙", gate, StringComparison.Ordinal);
        var signer = await _market.DemoSigner("海曙测控技术有限公司", "欧阳照野");
        await _market.SignNda(signer, lot.Id, "欧阳照野");
        Assert.Equal(HttpStatusCode.Redirect, (await signer.Pages.GetAsync($"/auctions/{lot.Id}/dossier/1", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await signer.Pages.GetAsync($"/auctions/{lot.Id}/dossier/3", Token)).StatusCode);
    }

    [Fact]
    public async Task What_is_no_plain_pdf_is_refused_beside_the_field_and_nothing_typed_is_lost()
    {
        var (lot, seller, _) = await _market.OfferLot();
        foreach (var (bytes, name, says) in new[]
        {
            (MarketHost.Pdf()[..300], "a.pdf", "无法读取"), (MarketHost.Pdf(1, catalog: "/OpenAction << /S /JavaScript /JS (x) >>"), "b.pdf", "脚本"), ([0x89, 0x50, 0x4E, 0x47], "c.png", "只收 PDF"),
            (MarketHost.Pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]), "d.pdf", "无法读取"), ("hello"u8.ToArray(), "e.pdf", "不符"),
        })
        {
            var answer = await MarketHost.AddDossierFile(seller, lot, "图纸一套", bytes, name);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var page = await answer.Content.ReadAsStringAsync(Token);
            Assert.Contains("图纸一套", page, StringComparison.Ordinal);
            Assert.Contains(says, page.Split("id=\"upload\"")[1].Split("</div>")[0], StringComparison.Ordinal);
        }

        Assert.Empty(await Files(lot));
    }

    [Fact]
    public async Task The_operator_revokes_a_code_reads_for_a_purpose_and_learns_no_name()
    {
        var lot = await Announced();
        var signer = await _market.DemoSigner("海曙测控技术有限公司", "欧阳照野");
        await _market.SignNda(signer, lot.Id, "欧阳照野");
        await signer.Pages.GetAsync($"/auctions/{lot.Id}/dossier/1", Token);
        var (nda, view) = ((await Ndas(lot.Id))[0], (await Views(lot.Id))[0]);
        var desk = $"/desk/dossiers?lot={lot.Id}";
        foreach (var (reader, page) in new[] { (lot.Operator, desk), (lot.Seller, $"/desk/lots/{lot.Id}/dossier") })
        {
            var seen = await reader.Pages.GetStringAsync(page, Token);
            Assert.Contains(nda.Code, seen, StringComparison.Ordinal);
            foreach (var hidden in new[] { "海曙测控", "欧阳照野", view.Copy, $"{nda.Id}" }) Assert.DoesNotContain(hidden, seen, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await reader.Pages.GetAsync($"/auctions/{lot.Id}/dossier/ndas/{nda.Id}", Token)).StatusCode);
        }

        // Reading: nothing without a purpose, and the purpose is noted before.
        Assert.Equal(HttpStatusCode.OK, (await lot.Operator.Pages.Submit(desk, new() { ["number"] = "1", ["purpose"] = " " }, "Read")).StatusCode);
        Assert.Empty(await Reads());
        Assert.Equal("application/pdf", (await lot.Operator.Pages.Submit(desk, new() { ["number"] = "1", ["purpose"] = "核查举报" }, "Read")).Content.Headers.ContentType?.MediaType);
        Assert.Equal(("dossier", $"{lot.Id} · 1", "核查举报"), Assert.Single((await Reads()).Select(r => (r.What, r.About, r.Purpose))));

        // A leaked copy: the answer names its reader and no lot.
        var traced = await Body(lot.Operator.Pages.Submit("/desk/dossiers/trace", new() { ["copy"] = view.Copy.ToLowerInvariant(), ["purpose"] = "副本流出" }));
        Assert.Contains("海曙测控", traced, StringComparison.Ordinal);
        Assert.DoesNotContain(lot.Id, traced, StringComparison.Ordinal);
        Assert.DoesNotContain(lot.Title, traced, StringComparison.Ordinal);
        Assert.Equal("copy", (await Reads())[^1].What);
        await lot.Operator.Pages.Submit("/desk/dossiers/trace", new() { ["copy"] = "C-GUESS", ["purpose"] = "猜" });
        Assert.Equal(3, (await Reads()).Count);
        foreach (var other in new[] { lot.Seller, signer }) Assert.Equal(HttpStatusCode.Forbidden, (await other.Pages.GetAsync("/desk/dossiers/trace", Token)).StatusCode);
        foreach (var other in new[] { lot.Seller, signer }) Assert.Equal(HttpStatusCode.Forbidden, (await other.Pages.GetAsync(desk, Token)).StatusCode);

        var revoke = new Dictionary<string, string> { ["code"] = nda.Code, ["reason"] = "副本流出" };
        Assert.Equal(HttpStatusCode.OK, (await lot.Operator.Pages.Submit(desk, new(revoke) { ["reason"] = "" }, "Revoke")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await lot.Operator.Pages.Submit(desk, revoke, "Revoke")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await signer.Pages.GetAsync($"/auctions/{lot.Id}/dossier/1", Token)).StatusCode);
        Assert.Contains("副本流出", await signer.Pages.GetStringAsync($"/auctions/{lot.Id}/dossier", Token), StringComparison.Ordinal);
        Assert.Contains("已撤销本单位的阅览资格", await Body(_market.SignNda(signer, lot.Id, "欧阳照野")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_organisation_leaves_and_may_come_back_and_who_is_tied_to_the_seller_may_not_come()
    {
        var lot = await Announced();
        var gate = $"/auctions/{lot.Id}/dossier";
        var signer = await _market.DemoSigner("海曙测控技术有限公司", "欧阳照野");
        await _market.SignNda(signer, lot.Id, "欧阳照野");
        Assert.Equal(HttpStatusCode.Redirect, (await signer.Pages.Submit(gate, [], "Withdraw")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await signer.Pages.GetAsync($"{gate}/1", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await _market.SignNda(signer, lot.Id, "欧阳照野")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await signer.Pages.GetAsync($"{gate}/1", Token)).StatusCode);
        Assert.Equal(2, (await Ndas(lot.Id)).Count);
        Assert.Contains(lot.Title, await signer.Pages.GetStringAsync("/desk/ndas", Token), StringComparison.Ordinal);

        // Somebody of the seller's staff is also of this enterprise: excluded from the next request on.
        await _market.GiveRole(lot.Seller.Organisation, signer.Person, MemberRole.Staff);
        Assert.Equal(HttpStatusCode.Redirect, (await signer.Pages.GetAsync($"{gate}/1", Token)).StatusCode);
        var real = await _market.Enterprise("之江旁观有限公司");
        Assert.Equal(HttpStatusCode.OK, (await _market.SignNda(real, lot.Id, "x")).StatusCode);
        Assert.Equal(2, (await Ndas(lot.Id)).Count);
    }

    [Fact]
    public async Task After_the_end_the_dossier_closes_and_the_seller_gets_the_names()
    {
        var lot = await Announced();
        var signer = await _market.DemoSigner("海曙测控技术有限公司", "欧阳照野");
        await _market.SignNda(signer, lot.Id, "欧阳照野");
        await signer.Pages.GetAsync($"/auctions/{lot.Id}/dossier/2", Token);
        var (nda, view) = ((await Ndas(lot.Id))[0], (await Views(lot.Id))[0]);
        await End(lot, AchievementState.InTrade);
        // Ended, but the work is still in trade: not yet.
        Assert.DoesNotContain("海曙测控", await lot.Seller.Pages.GetStringAsync($"/desk/lots/{lot.Id}/dossier", Token), StringComparison.Ordinal);
        await End(lot, AchievementState.Published);
        var page = await lot.Seller.Pages.GetStringAsync($"/desk/lots/{lot.Id}/dossier?copy={view.Copy}", Token);
        foreach (var told in new[] { "海曙测控", "欧阳照野", view.Copy, $"{nda.Id}" }) Assert.Contains(told, page, StringComparison.Ordinal);
        Assert.Contains("没有这个副本编号", await lot.Seller.Pages.GetStringAsync($"/desk/lots/{lot.Id}/dossier?copy=C-OTHER", Token), StringComparison.Ordinal);
        var instrument = await lot.Seller.Pages.GetStringAsync($"/auctions/{lot.Id}/dossier/ndas/{nda.Id}", Token);
        Assert.Contains("一般电子签名", instrument, StringComparison.Ordinal);
        Assert.Contains(nda.TextSha256, instrument, StringComparison.Ordinal);
        var rival = await _market.Organisation(OrganisationKind.University, demo: true);
        Assert.Equal(HttpStatusCode.NotFound, (await rival.Pages.GetAsync($"/auctions/{lot.Id}/dossier/ndas/{nda.Id}", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await signer.Pages.GetAsync($"/auctions/{lot.Id}/dossier/1", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await signer.Pages.GetAsync($"/auctions/{lot.Id}/dossier/ndas/{nda.Id}", Token)).StatusCode);
        Assert.Contains("标的已结束", await Body(_market.SignNda(await _market.DemoSigner("迟到有限公司", "来迟"), lot.Id, "来迟")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await MarketHost.AddDossierFile(lot.Seller, lot.Id, "迟到的补充")).StatusCode);
        Assert.Equal(2, (await Files(lot.Id)).Count);
    }

    [Fact]
    public async Task Two_signatures_at_the_same_moment_are_one_and_a_real_signatory_shows_two_factors()
    {
        var lot = await Announced();
        var signer = await _market.DemoSigner("海曙测控技术有限公司", "欧阳照野");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => _market.SignNda(signer, lot.Id, "欧阳照野")));
        Assert.Single(await Ndas(lot.Id));
        Assert.Equal(Domain.Common.Refusal.SecondFactorRequired, Policy.Check(
            new Actor(signer.Person, [new Membership(signer.Organisation, "x", OrganisationKind.Enterprise, MemberRole.Signatory, Verified: true, Demo: false)]), Act.SignNda).Refusal);
    }

    [Fact]
    public async Task A_next_round_takes_over_what_was_not_withdrawn_and_everybody_signs_anew()
    {
        var lot = await _market.ScheduleAuction(
            write: w => w with { IfUnsold = new FailedLot(FailedPlan.Again, 30, 2000) },
            before: async (id, seller) =>
            {
                foreach (var title in new[] { "甲", "乙" }) await MarketHost.AddDossierFile(seller, id, title);
            });
        var first = (await Files(lot.Id))[0];
        await lot.Seller.Pages.Submit($"/desk/lots/{lot.Id}/dossier", new() { ["file"] = $"{first.Id}", ["reason"] = "过时" }, "Withdraw");
        var signer = await _market.DemoSigner("海曙测控技术有限公司", "欧阳照野");
        await _market.SignNda(signer, lot.Id, "欧阳照野");
        await using var scope = _market.Services.CreateAsyncScope();
        var failed = (await scope.ServiceProvider.GetRequiredService<Lots>().Find(lot.Id, Token))!;
        await scope.ServiceProvider.GetRequiredService<NextRounds>().Make(failed, lot.OpensAt, lower: true, Token);
        var next = FailedLot.NextId(lot.Id, LotRound.Again);
        Assert.True((await Files(next)) is [{ Number: 1, Title: "乙", Addendum: false }]);
        Assert.Empty(await Ndas(next));
    }

    [Fact]
    public async Task A_lot_for_buyers_at_home_shows_nothing_to_one_abroad_not_even_what_it_had_signed_for()
    {
        var lot = await _market.ScheduleAuction(
            write: w => w with { Conditions = BuyerConditions.DomesticLegalPerson },
            before: async (id, seller) => Assert.Equal(HttpStatusCode.Redirect, (await MarketHost.AddDossierFile(seller, id, "真空镀膜参数", MarketHost.Pdf(3))).StatusCode));
        var (abroad, moved) = (await _market.DemoSigner("Rheinlauf Messtechnik GmbH", "Anna Lindner"), await _market.DemoSigner("海曙测控技术有限公司", "欧阳照野"));
        Assert.Equal(HttpStatusCode.Redirect, (await _market.SignNda(moved, lot.Id, "欧阳照野")).StatusCode);
        await _market.InDatabase(db => db.Set<Organisation>().Where(o => o.Id == abroad.Organisation || o.Id == moved.Organisation)
            .ExecuteUpdateAsync(set => set.SetProperty(o => o.Country, "DE").SetProperty(o => o.RegistryNumber, o => o.Name), Token));
        Assert.Contains("只接受境内法人竞买", await Body(_market.SignNda(abroad, lot.Id, "Anna Lindner")), StringComparison.Ordinal);
        foreach (var reader in new[] { abroad, moved })
            Assert.NotEqual("application/pdf", (await reader.Pages.GetAsync($"/auctions/{lot.Id}/dossier/1", Token)).Content.Headers.ContentType?.MediaType);
        Assert.Equal(moved.Organisation, Assert.Single(await Ndas(lot.Id)).Organisation);
    }

    private Task<ScheduledLot> Announced() => _market.ScheduleAuction(before: async (id, seller) =>
    {
        Assert.Equal(HttpStatusCode.Redirect, (await MarketHost.AddDossierFile(seller, id, "真空镀膜参数", MarketHost.Pdf(3))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await MarketHost.AddDossierFile(seller, id, "中试数据")).StatusCode);
    });

    private Task End(ScheduledLot lot, AchievementState work) => _market.InDatabase(async db =>
    {
        await db.Set<Lot>().Where(l => l.Id == lot.Id).ExecuteUpdateAsync(set => set.SetProperty(l => l.Outcome, "unsold").SetProperty(l => l.Phase, "closed"), Token);
        return await db.Set<Achievement>().Where(a => a.Id == lot.Achievement).ExecuteUpdateAsync(set => set.SetProperty(a => a.State, work), Token);
    });

    private static async Task<string> Body(Task<HttpResponseMessage> answer) => await (await answer).Content.ReadAsStringAsync(Token);

    private Task<List<DossierFileRow>> Files(string lot) => _market.InDatabase(db => db.Set<DossierFileRow>().AsNoTracking().Where(f => f.Lot == lot).OrderBy(f => f.Number).ToListAsync(Token));

    private Task<List<NdaRow>> Ndas(string lot) => _market.InDatabase(db => db.Set<NdaRow>().AsNoTracking().Where(n => n.Lot == lot).OrderBy(n => n.SignedAt).ToListAsync(Token));

    private Task<List<DossierViewRow>> Views(string lot) => _market.InDatabase(db => db.Set<DossierViewRow>().AsNoTracking().Where(v => v.Lot == lot).OrderBy(v => v.At).ToListAsync(Token));

    private Task<List<PrivilegedReadRow>> Reads() => _market.InDatabase(db => db.Set<PrivilegedReadRow>().AsNoTracking().OrderBy(r => r.Seq).ToListAsync(Token));
}
