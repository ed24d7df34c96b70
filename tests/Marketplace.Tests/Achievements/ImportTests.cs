using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Achievements;
using Marketplace.Domain.Achievements;
using Marketplace.Domain.Common;
using Marketplace.Tests.Host;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MiniExcelLibs;

namespace Marketplace.Tests.Achievements;

public class ImportTests : IAsyncLifetime
{
    private readonly MarketHost _host = new();
    private Guid _unit;

    private static CancellationToken Now => TestContext.Current.CancellationToken;

    private AchievementImport Import => _host.Services.GetRequiredService<AchievementImport>();

    public async ValueTask InitializeAsync() => _unit = await _host.UnitInTheBooks();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Hundreds_of_real_works_go_in_within_seconds_and_a_second_run_changes_nothing()
    {
        var file = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Demo", "Data", "csl-achievements.jsonl"), Now);
        var watch = Stopwatch.StartNew();
        var first = await Run(file, "csl.jsonl", publish: true);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
        Assert.Equal((737, 737, 0, 0, 0), (first.Rows, first.Added, first.Updated, first.Unchanged, first.Bad));
        Assert.Empty(first.Warnings);
        Assert.Empty(first.UnknownColumns);
        var second = await Run(file, "csl.jsonl", publish: true);
        Assert.Equal((0, 0, 737, 0), (second.Added, second.Updated, second.Unchanged, second.Bad));
        await using var db = _host.Database();
        Assert.Equal(737, await db.Set<Achievement>().CountAsync(a => a.State == AchievementState.Published, Now));
    }

    [Fact]
    public async Task Bad_rows_are_named_with_line_and_reason_and_left_out()
    {
        var report = await Run(
            """
            {"externalId":"A1","title":"一","summary":"摘要","keywords":["甲","乙"],"field":"电子信息","trl":4}

            {"externalId":"A2","title":"","summary":"摘要","field":"电子信息","trl":4}
            {"externalId":"A3","title":"三","summary":"摘要","field":"炼金术","trl":12}
            {"externalId":"A1","title":"又一","summary":"摘要","field":"农业","trl":4}
            {"externalId":"","title":"无号","summary":"摘要"}
            not json
            ["a","list"]
            {"externalId":"A4","title":{"an":"object"},"summary":"摘要"}
            {"externalId":"A5","title":"五\u0000","summary":"摘要","field":"农业","trl":1}
            {"externalId":"A6","title":"六\ud800","summary":"摘要","field":"农业","trl":1}
            {"externalId":"A7","title":"七","summary":"摘要","keywords":"丙;丁；戊","field":"Agriculture","trl":"TRL 9","colour":"red"}
            """,
            "rows.jsonl",
            publish: true);
        Assert.Equal(["colour"], report.UnknownColumns);
        Assert.Equal(2, report.Added);
        Assert.Equal(
            [(3, "title", Refusal.Required), (4, "field", Refusal.UnknownWord), (4, "trl", Refusal.TrlOutOfRange), (5, "externalId", Refusal.ExternalIdTwice),
             (6, "externalId", Refusal.Required), (6, "field", Refusal.Required), (6, "trl", Refusal.Required), (7, "", Refusal.LineBroken), (8, "", Refusal.LineBroken),
             (9, "", Refusal.LineBroken), (10, "title", Refusal.TextNotAllowed), (11, "", Refusal.TextNotAllowed)],
            report.Faults.Select(f => (f.Line, f.Fault.Field, f.Fault.Why)));
        Assert.Equal(["丙", "丁", "戊"], AchievementContent.Read((await One("A7")).Content).Keywords);
    }

    [Fact]
    public async Task Strict_imports_nothing_when_one_row_is_bad()
    {
        var done = await Import.Import(
            Encoding.UTF8.GetBytes("""{"externalId":"A1","title":"一","summary":"摘要"}""" + "\n{}\n"), "s.jsonl", new ImportOrder(_unit, Guid.Empty, false, Strict: true), null, Now);
        Assert.False(done.Value.Done);
        Assert.Equal(1, done.Value.Bad);
        Assert.Equal(0, await Count());
    }

    [Fact]
    public async Task Csv_with_bom_crlf_quotes_and_chinese_headers_is_read()
    {
        var text = "\uFEFF编号,成果名称,摘要,关键词,技术领域,技术成熟度,意向价格（元）,交易方式\r\n"
            + "B1,\"名称, 带\"\"引号\"\"\",\"第一行\r\n第二行\",甲;乙,新材料及其应用,5级,\"860,000\",转让;先用后转\r\n\r\n"
            + ",,,,,,,\r\nB2,二,摘要,,农业,3,,\r\n";
        var report = await Run(text, "b.csv", publish: true);
        Assert.Equal((2, 0), (report.Added, report.Bad));
        var content = AchievementContent.Read((await One("B1")).Content);
        Assert.Equal("名称, 带\"引号\"", content.Title);
        Assert.Equal("第一行\r\n第二行", content.Summary);
        Assert.Equal(86_000_000, content.PriceIdeaFen);
        Assert.Equal([WayOfTrade.Assignment, WayOfTrade.UseFirst], content.Ways);
    }

    [Fact]
    public async Task A_csv_that_a_chinese_office_program_wrote_in_gb18030_is_read()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var report = await Run(Encoding.GetEncoding("GB18030").GetBytes("编号,名称,摘要\r\nG1,高冲击强度稀土改性聚苯乙烯,更耐摔的塑料\r\n"), "g.csv");
        Assert.Equal(1, report.Added);
        Assert.Equal("高冲击强度稀土改性聚苯乙烯", (await One("G1")).Title);
    }

    [Fact]
    public async Task An_unclosed_quote_and_too_many_cells_are_named()
    {
        var report = await Run("externalId,title,summary\nC1,一,摘要,多余\nC2,\"没有结束\n", "c.csv");
        Assert.Equal([(2, Refusal.LineBroken), (3, Refusal.LineBroken)], report.Faults.Select(f => (f.Line, f.Fault.Why)));
    }

    [Fact]
    public async Task Xlsx_is_read_with_numbers_as_written()
    {
        using var stream = new MemoryStream();
        await MiniExcel.SaveAsAsync(stream, new[] { new { 编号 = "X1", 名称 = "表格成果", 摘要 = "摘要", 技术领域 = "核应用", 成熟度 = 6 } }, cancellationToken: Now);
        var report = await Run(stream.ToArray(), "x.xlsx", publish: true);
        Assert.Equal((1, 0), (report.Added, report.Bad));
        Assert.Equal(6, (await One("X1")).Trl);
    }

    [Fact]
    public async Task A_changed_row_makes_a_new_version_and_what_is_locked_is_left_alone()
    {
        await Run(Line("D1", "旧名", 3), "d.jsonl", publish: true);
        var changed = await Run(Line("D1", "新名", 3), "d.jsonl");
        Assert.Equal(1, changed.Updated);
        var row = await One("D1");
        Assert.Equal(("旧名", AchievementState.Published, Revision.Draft), (row.Title, row.State, row.Revision));
        await Run(Line("D1", "新名", 3), "d.jsonl", publish: true);
        Assert.Equal("新名", (await One("D1")).Title);
        Assert.True((await _host.Achievement(row.Id).EnterTrade("lot-1")).Done);
        var locked = await Run(Line("D1", "更新的名", 3), "d.jsonl", publish: true);
        Assert.Equal(Refusal.LockedByTrade, Assert.Single(locked.Faults).Fault.Why);
    }

    [Fact]
    public async Task The_same_patent_in_two_rows_or_in_another_work_of_the_unit_is_found()
    {
        var report = await Run(Line("E1", "一", 3, "ZL 2018 1 0472196.3") + Line("E2", "二", 3, "CN201810472196.3"), "e.jsonl");
        Assert.Equal((1, Refusal.PatentTwice), (report.Added, Assert.Single(report.Faults).Fault.Why));
        var again = await Run(Line("E3", "三", 3, "201810472196"), "e.jsonl");
        Assert.Equal(Refusal.PatentTwice, Assert.Single(again.Faults).Fault.Why);
        // The check digit of the first number does not agree (8 would): that is worth a word, not a refusal.
        Assert.All(report.Warnings, w => Assert.Equal(Refusal.NumberInvalid, w.Fault.Why));
    }

    [Fact]
    public async Task Ten_thousand_rows_work_and_progress_is_told()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 10_000; i++) text.Append(Line($"N{i}", $"成果 {i}", 1 + i % 9));
        var told = new List<ImportProgress>();
        var done = await Import.Import(Encoding.UTF8.GetBytes(text.ToString()), "n.jsonl", new ImportOrder(_unit, Guid.Empty, true, false), new Told(told), Now);
        Assert.Equal(10_000, done.Value.Added);
        Assert.Contains(new ImportProgress(10_000, 10_000, 10_000), told);
    }

    [Fact]
    public async Task Stopping_before_the_commit_leaves_nothing_behind()
    {
        using var stop = new CancellationTokenSource();
        var text = string.Concat(Enumerable.Range(0, 1000).Select(i => Line($"S{i}", "停", 1)));
        var done = await Import.Import(
            Encoding.UTF8.GetBytes(text), "s.jsonl", new ImportOrder(_unit, Guid.Empty, true, false), new StopWhenWriting(stop), stop.Token);
        Assert.Equal(Refusal.ImportStopped, done.Refusal);
        Assert.Equal(0, await Count());
    }

    [Theory]
    [InlineData("e.jsonl", "", Refusal.FileEmpty)]
    [InlineData("e.jsonl", "\n\r\n  \n", Refusal.NoRows)]
    [InlineData("e.exe", "x", Refusal.FileTypeNotAllowed)]
    [InlineData("e.csv", "title,colour\na,b\n", Refusal.ColumnsMissing)]
    [InlineData("e.xlsx", "no archive", Refusal.FileTypeDisagrees)]
    public async Task A_file_that_is_no_import_is_refused_by_name(string name, string text, Refusal expected)
    {
        var done = await Import.Import(Encoding.UTF8.GetBytes(text), name, new ImportOrder(_unit, Guid.Empty, false, false), null, Now);
        Assert.Equal(expected, done.Refusal);
    }

    [Fact]
    public async Task A_huge_line_is_named_and_the_rest_goes_in()
    {
        var report = await Run(Line("H1", new string('长', 1_100_000), 1) + Line("H2", "短", 1), "h.jsonl");
        Assert.Equal((1, Refusal.LineTooLong), (report.Added, Assert.Single(report.Faults).Fault.Why));
    }

    [Fact]
    public async Task The_command_makes_an_unknown_organisation_a_verified_university_and_prints_what_it_did()
    {
        var folder = Directory.CreateTempSubdirectory("import-");
        var file = Path.Combine(folder.FullName, "a.jsonl");
        await File.WriteAllTextAsync(file, Line("K1", "命令行成果", 4) + "broken\n", Now);
        var (code, output, errors) = await Command("import", "achievements", file, "--organisation", "新大学", "--publish");
        Assert.Equal(0, code);
        Assert.Contains("新大学", output, StringComparison.Ordinal);
        Assert.Contains("2", errors, StringComparison.Ordinal);
        await using var db = _host.Database();
        var made = await db.Set<Marketplace.Organisations.Organisation>().SingleAsync(o => o.Name == "新大学", Now);
        Assert.Equal(Marketplace.Organisations.VerificationState.Verified, made.State);
        Assert.Null(made.Uscc);
        Assert.Equal(2, (await Command("import", "achievements", file)).Code);
        Assert.Equal(1, (await Command("import", "achievements", "/no/such/file", "--organisation", "新大学")).Code);
        Assert.Equal(1, (await Command("import", "achievements", file, "--organisation", "新大学", "--strict")).Code);
        folder.Delete(recursive: true);
    }

    private async Task<(int Code, string Output, string Errors)> Command(params string[] args)
    {
        await using var output = new StringWriter(CultureInfo.InvariantCulture);
        await using var errors = new StringWriter(CultureInfo.InvariantCulture);
        var code = await ImportCommand.Run(_host.Services, args, output, errors, Now);
        return (code, output.ToString(), errors.ToString());
    }

    private static string Line(string id, string title, int trl, string? patent = null) =>
        JsonSerializer.Serialize(new { externalId = id, title, summary = "摘要", keywords = new[] { "词" }, field = "农业", trl, patents = patent }) + "\n";

    private Task<ImportReport> Run(string text, string name, bool publish = false) => Run(Encoding.UTF8.GetBytes(text), name, publish);

    private async Task<ImportReport> Run(byte[] content, string name, bool publish = false)
    {
        var done = await Import.Import(content, name, new ImportOrder(_unit, Guid.Empty, publish, false), null, Now);
        Assert.True(done.Done, $"{done.Refusal} {done.Detail}");
        Assert.True(done.Value.Done);
        return done.Value;
    }

    private async Task<Achievement> One(string externalId)
    {
        await using var db = _host.Database();
        return await db.Set<Achievement>().AsNoTracking().SingleAsync(a => a.ExternalId == externalId, Now);
    }

    private async Task<int> Count()
    {
        await using var db = _host.Database();
        return await db.Set<Achievement>().CountAsync(Now);
    }

    private sealed class Told(List<ImportProgress> told) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => told.Add(value);
    }

    private sealed class StopWhenWriting(CancellationTokenSource stop) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            if (value.Written > 0) stop.Cancel();
        }
    }
}
