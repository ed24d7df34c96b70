using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;
using Marketplace.Payments;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Tests.Payments;

/// <summary>账本证明: a book in order is proved, whatever is out of order is found, and everybody can check what was published.</summary>
public abstract class LedgerProofContract : IAsyncLifetime
{
    private readonly MarketHost _host = new();

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private LedgerProving Proving => _host.Services.GetRequiredService<LedgerProving>();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_book_in_use_holds_at_every_look_and_the_proofs_are_a_chain_of_their_own()
    {
        var (buyer, seller) = ((await _host.Enterprise()).Organisation, (await _host.University()).Organisation);
        await _host.Credit(buyer, 1_000_00);
        await _host.RaisePrice("ZJP-DEAL", buyer, seller, 900_00);
        // Looked at while money moves: what is appended meanwhile is in none of the parts.
        var moving = Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            var hold = Guid.CreateVersion7();
            if (!(await _host.Deposits.Freeze(hold, buyer, $"ZJP-{i}", 30_00)).Done) return;
            await _host.Deposits.BindToAuction(hold);
            var end = (i % 3) switch { 0 => _host.Deposits.Release(hold), 1 => _host.Deposits.UseForPrice(hold, "ZJP-DEAL"), _ => _host.Deposits.Forfeit(hold, seller, 10_00, 5_00) };
            await end;
        }));
        var proofs = new List<PublishedProof>();
        do proofs.Add((await Proving.Prove("custodian", $"{Guid.CreateVersion7()}", Now))!);
        while (!moving.IsCompleted);
        await moving;
        proofs.Add((await Proving.Prove("custodian", "last", Now))!);
        Assert.All(proofs, p => Assert.Empty(p.Proof.Failed));
        Assert.Equal(FactLine.Genesis, proofs[0].Line.Prev);
        foreach (var (one, next) in proofs.Zip(proofs.Skip(1))) Assert.Equal(one.Line.Hash, next.Line.Prev);
        Assert.Equal(-1_000_00, proofs[^1].Proof.Totals.Single(t => t.Purpose == Purpose.CustodianBank).PostedFen);
        Assert.Equal(0, proofs[^1].Proof.Totals.Sum(t => t.PostedFen));
        // The same look asked for again is the one that was published.
        Assert.Equal(proofs[^1].Line.Hash, (await Proving.Prove("custodian", "last", Now))!.Line.Hash);
    }

    [Fact]
    public async Task Whatever_was_changed_behind_the_market_s_back_is_found_by_its_name()
    {
        var buyer = (await _host.Enterprise()).Organisation;
        await _host.Credit(buyer, 1_000_00);
        var hold = Guid.CreateVersion7();
        await _host.Deposits.Freeze(hold, buyer, "ZJP-1", 300_00);
        await Finds([], "untouched");
        await Finds([BookCheck.DebitsEqualCredits, BookCheck.TablesAgree], "balance", "UPDATE ledger_accounts SET debits_fen = debits_fen + 1 WHERE purpose = 'CustodianBank'", "UPDATE ledger_accounts SET debits_fen = debits_fen - 1 WHERE purpose = 'CustodianBank'");
        await Finds([BookCheck.TablesAgree], "transfer", "UPDATE ledger_transfers SET amount_fen = amount_fen + 1 WHERE kind = 'Posted'", "UPDATE ledger_transfers SET amount_fen = amount_fen - 1 WHERE kind = 'Posted'");
        await Finds([BookCheck.TablesAgree], "account", "UPDATE deposit_accounts SET available_fen = available_fen + 1", "UPDATE deposit_accounts SET available_fen = available_fen - 1");
        await Finds([BookCheck.TablesAgree], "hold", "UPDATE deposit_holds SET state = 'Released'", "UPDATE deposit_holds SET state = 'Placed'");
        await Finds([BookCheck.TablesAgree], "credit", "UPDATE bank_credits SET amount_fen = amount_fen + 1", "UPDATE bank_credits SET amount_fen = amount_fen - 1");
        // Written anew with a good chain, and without the key.
        await _host.InDatabase(async db =>
        {
            var last = await db.Set<FactRow>().Where(f => f.Stream == "ledger/custodian").OrderByDescending(f => f.Version).AsNoTracking().FirstAsync(Now);
            var line = BookLines.Read(last.Bytes);
            var forged = FactLine.Write((HoldPlaced)line.Fact with { Auction = "ZJP-2" }, line.Version, line.Prev, line.At);
            await db.Set<FactRow>().Where(f => f.Stream == last.Stream && f.Version == last.Version).ExecuteUpdateAsync(set => set.SetProperty(f => f.Bytes, forged.Bytes).SetProperty(f => f.Hash, forged.Hash), Now);
            await db.Set<HoldRow>().ExecuteUpdateAsync(set => set.SetProperty(h => h.Auction, "ZJP-2"), Now);
            Assert.Equal([BookCheck.Chain], (await Proving.Prove("custodian", "forged", Now))!.Proof.Failed);
            await db.Set<HoldRow>().ExecuteUpdateAsync(set => set.SetProperty(h => h.Auction, "ZJP-1"), Now);
            return await db.Set<FactRow>().Where(f => f.Stream == last.Stream && f.Version == last.Version).ExecuteUpdateAsync(set => set.SetProperty(f => f.Bytes, last.Bytes).SetProperty(f => f.Hash, last.Hash), Now);
        });
        await Finds([], "as it was");
        await Finds([BookCheck.Chain], "hash", $"UPDATE facts SET hash = '{FactLine.Genesis}' WHERE stream = 'ledger/custodian' AND version = 2", null);
    }

    [Fact]
    public async Task A_book_that_was_put_back_to_an_older_day_or_that_nobody_can_read_does_not_hold()
    {
        var buyer = (await _host.Enterprise()).Organisation;
        await _host.Credit(buyer, 1_000_00);
        var before = await Proving.Prove("custodian", "before", Now);
        await _host.Deposits.Freeze(Guid.CreateVersion7(), buyer, "ZJP-1", 300_00);
        var after = await Proving.Prove("custodian", "after", Now);
        Assert.True(before!.Proof.Holds && after!.Proof.Holds);
        // What everybody reads does not say which line it was, and so not that somebody froze money.
        Assert.NotEqual(before.Proof.Head, after.Proof.Head);
        Assert.Equal(before.Proof.Totals, after.Proof.Totals);
        await Run("DELETE FROM deposit_holds");
        await Run("UPDATE deposit_accounts SET available_fen = available_fen + frozen_fen, frozen_fen = 0");
        await Run("DELETE FROM ledger_transfers WHERE kind = 'Pending'");
        await Run("UPDATE ledger_accounts SET pending_debits_fen = 0, pending_credits_fen = 0");
        await Run("DELETE FROM facts WHERE stream = 'ledger/custodian' AND version = 3");
        await Run("DELETE FROM heads WHERE stream = 'ledger/custodian' AND version = 3");
        await Finds([BookCheck.Chain], "put back");
        await Run("UPDATE facts SET bytes = CAST('x' AS " + (_host.Database() is SqliteMarketplaceDb ? "blob" : "bytea") + ") WHERE stream = 'ledger/custodian' AND version = 1");
        Assert.Contains(BookCheck.Chain, (await Proving.Prove("custodian", "unreadable", Now))!.Proof.Failed);
    }

    [Fact]
    public async Task The_database_itself_refuses_an_account_that_owes_and_a_movement_of_nothing()
    {
        await _host.Credit((await _host.Enterprise()).Organisation, 1_00);
        await Assert.ThrowsAnyAsync<Exception>(() => Run("UPDATE ledger_accounts SET debits_fen = credits_fen + 1 WHERE purpose = 'Deposit'"));
        await Assert.ThrowsAnyAsync<Exception>(() => Run("UPDATE ledger_transfers SET amount_fen = 0"));
        await Finds([], "as it was");
    }

    [Fact]
    public async Task The_night_comes_by_itself_and_anybody_can_check_what_it_published()
    {
        await _host.Credit((await _host.Enterprise()).Organisation, 50_000_00);
        await Eventually.Become("the night on the list", TimeSpan.FromSeconds(20), () => _host.InDatabase(db => db.Set<DueWorkRow>().AnyAsync(w => w.Kind == LedgerProving.Work, Now)));
        Assert.Empty((await Proofs()).Proofs);
        await _host.InDatabase(db => db.Set<DueWorkRow>().Where(w => w.Kind == LedgerProving.Work).ExecuteUpdateAsync(set => set.SetProperty(w => w.DueAt, _host.MarketTime), Now));
        await Eventually.Become("the night's proof", TimeSpan.FromSeconds(20), async () => (await Proofs()).Proofs.Count == 1);
        var (stream, proof) = ((await Proofs()).Stream, (await Proofs()).Proofs[0]);
        Assert.True(proof.Holds);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(proof.Line)));
        Assert.Equal(proof.Hash, hash);
        var keys = JsonDocument.Parse(await _host.Browser().GetStringAsync("/.well-known/market-keys.json", Now)).RootElement.GetProperty("keys").EnumerateArray();
        using var key = ECDsa.Create();
        key.ImportFromPem(keys.Single(k => k.GetRawText().Contains(proof.Key, StringComparison.Ordinal)).GetProperty("pem").GetString());
        Assert.True(StreamHead.Verifies(key, stream, proof.Version, hash, Convert.FromBase64String(proof.Signature)));
        var line = JsonDocument.Parse(proof.Line).RootElement;
        Assert.Equal((5_000_000, 5_000_000), (line.GetProperty("debitsFen").GetInt64(), line.GetProperty("creditsFen").GetInt64()));
        Assert.Equal(Enum.GetValues<BookCheck>().Length, line.GetProperty("checks").EnumerateObject().Count(c => c.Value.GetBoolean()));
        // The next night is on the list.
        await Eventually.Become("the next night", TimeSpan.FromSeconds(20), () => _host.InDatabase(db => db.Set<DueWorkRow>().AnyAsync(w => w.Kind == LedgerProving.Work && w.DueAt > _host.MarketTime, Now)));
    }

    [Fact]
    public async Task The_operator_sees_it_and_looks_now_once_a_click_and_learns_nothing_of_holds()
    {
        var (buyer, clerk) = (await _host.Enterprise(), await _host.Operator());
        var empty = await clerk.Pages.GetStringAsync("/desk/ledger", Now);
        Assert.DoesNotContain("<code", empty, StringComparison.Ordinal);
        await _host.Credit(buyer.Organisation, 50_000_00);
        await _host.Deposits.Freeze(Guid.CreateVersion7(), buyer.Organisation, "ZJP-1", 12_345_67);
        var command = new Dictionary<string, string> { ["command"] = $"{Guid.CreateVersion7()}" };
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.Redirect, (await clerk.Pages.Submit("/desk/ledger", command)).StatusCode);
        var page = await clerk.Pages.GetStringAsync("/desk/ledger", Now);
        Assert.Single((await Proofs()).Proofs);
        Assert.Contains("账实相符", page, StringComparison.Ordinal);
        Assert.Contains("50,000.00", page, StringComparison.Ordinal);
        foreach (var text in new[] { page, (await Proofs()).Proofs[0].Line })
        {
            foreach (var secret in new[] { "12,345.67", "37,654.33", "1234567", "3765433", "ZJP-1", $"{buyer.Organisation}" }) Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await buyer.Pages.GetAsync("/desk/ledger", Now)).StatusCode);
        Assert.Contains("data-t=\"ok\"", await English(clerk), StringComparison.Ordinal);
        await Run("UPDATE deposit_accounts SET frozen_fen = 0");
        await clerk.Pages.Submit("/desk/ledger", new() { ["command"] = $"{Guid.CreateVersion7()}" });
        Assert.Contains("The tables agree", await English(clerk), StringComparison.Ordinal);
        Assert.Contains("role=\"alert\"", await English(clerk), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_confirmed_wrong_is_reversed_by_a_second_operator_and_its_owner_is_told()
    {
        var (buyer, first, second) = (await _host.Enterprise("甬江精密仪器"), await _host.Operator(), await _host.Operator());
        var id = Guid.CreateVersion7();
        Assert.True((await _host.Deposits.ConfirmCredit(id, buyer.Organisation, 50_000_00, _host.MarketTime.AddHours(-1), "B-7", null, first.Person)).Done);
        var fields = new Dictionary<string, string> { ["reversed"] = $"{id}", ["reason"] = "金额录入有误" };
        var refused = await first.Pages.Submit("/desk/bank", fields, "Reverse");
        Assert.Contains("另一名经办人", await refused.Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        Assert.Contains("金额录入有误", await (await first.Pages.Submit("/desk/bank", fields, "Reverse")).Content.ReadAsStringAsync(Now), StringComparison.Ordinal);
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.Redirect, (await second.Pages.Submit("/desk/bank", fields, "Reverse")).StatusCode);
        Assert.Equal(0, (await _host.Deposits.Account(buyer.Organisation)).BalanceFen);
        Assert.Contains("入账冲正", await buyer.Pages.GetStringAsync("/desk/account", Now), StringComparison.Ordinal);
        Assert.Contains("金额录入有误", await buyer.Pages.GetStringAsync("/inbox", Now), StringComparison.Ordinal);
        // As it really was.
        Assert.True((await _host.Deposits.ConfirmCredit(Guid.CreateVersion7(), buyer.Organisation, 5_000_00, _host.MarketTime.AddHours(-1), "B-7", null, first.Person)).Done);
        await Finds([], "corrected");
    }

    private async Task Finds(BookCheck[] failed, string id, string? tamper = null, string? restore = null)
    {
        if (tamper is not null) Assert.True(await Run(tamper) > 0);
        Assert.Equal(failed, (await Proving.Prove("custodian", id, Now))!.Proof.Failed);
        if (restore is not null) await Run(restore);
    }

    // The statements of these tests are written here, no value of anybody's is in them.
#pragma warning disable EF1002
    private Task<int> Run(string sql) => _host.InDatabase(db => db.WriteAsync(token => db.Database.ExecuteSqlRawAsync(sql, token), Now));
#pragma warning restore EF1002

    private async Task<LedgerProofItems> Proofs() => (await _host.Browser().GetFromJsonAsync<LedgerProofItems>("/api/ledger/proofs", Now))!;

    private static Task<string> English(Somebody clerk) => clerk.Pages.GetStringAsync("/desk/ledger?culture=en", Now);
}

public sealed class SqliteLedgerProofTests : LedgerProofContract;

[OnPostgres]
public sealed class PostgresLedgerProofTests : LedgerProofContract;
