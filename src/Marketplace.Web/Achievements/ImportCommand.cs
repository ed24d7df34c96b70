using System.Globalization;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Organisations;
using Marketplace.Platform.Database;
using Marketplace.Platform.Files;
using Marketplace.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Marketplace.Achievements;

/// <summary><c>import achievements FILE --organisation NAME [--publish] [--strict]</c>: the operator's import from the command line.</summary>
public static class ImportCommand
{
    /// <returns>0 done (bad rows may have been left out), 1 nothing was imported, 2 the command is not understood, 130 stopped before the commit.</returns>
    public static async Task<int> Run(IServiceProvider services, string[] args, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var texts = services.GetRequiredService<IStringLocalizer<AchievementTexts>>();
        if (!Read(args, out var file, out var name, out var publish, out var strict))
        {
            await errors.WriteLineAsync(texts["Command.Usage"]);
            return 2;
        }

        if (!File.Exists(file))
        {
            await errors.WriteLineAsync(texts["Command.NoFile", file]);
            return 1;
        }

        if (new FileInfo(file).Length > 10L * FileCheck.MostBytes)
        {
            await errors.WriteLineAsync(texts["Command.FileTooLarge", file, 10 * FileCheck.MostBytes / (1024 * 1024)]);
            return 1;
        }

        var content = await File.ReadAllBytesAsync(file, cancellation);
        // Nothing is made for a file that cannot be read at all.
        var readable = ImportFile.Read(content, file);
        var refusals = services.GetRequiredService<Refusals>();
        if (!readable.Done) return await Refuse(errors, refusals, readable.Refusal.Value, readable.Detail);
        var organisation = await OrganisationOf(services, name, output, texts, cancellation);
        if (!organisation.Done) return await Refuse(errors, refusals, organisation.Refusal.Value, organisation.Detail);
        var order = new ImportOrder(organisation.Value, Guid.Empty, publish, strict);
        var done = await services.GetRequiredService<AchievementImport>().Import(content, Path.GetFileName(file), order, new Lines(output, texts), cancellation);
        if (!done.Done) return await Refuse(errors, refusals, done.Refusal.Value, done.Detail);
        var report = done.Value;
        foreach (var fault in report.Faults) await errors.WriteLineAsync(Line(texts, refusals, "Command.Bad", fault));
        foreach (var warning in report.Warnings) await errors.WriteLineAsync(Line(texts, refusals, "Command.Warning", warning));
        if (report.UnknownColumns.Length > 0) await errors.WriteLineAsync(texts["Command.UnknownColumns", string.Join(", ", report.UnknownColumns)]);
        await output.WriteLineAsync(texts["Command.Counts", report.Rows, report.Done ? report.Added : 0, report.Done ? report.Updated : 0, report.Unchanged, report.Bad]);
        if (!report.Done) await errors.WriteLineAsync(texts["Command.StrictRefused"]);
        return report.Done && (report.Bad == 0 || report.Added + report.Updated + report.Unchanged > 0) ? 0 : 1;
    }

    private static async Task<Result<Guid>> OrganisationOf(
        IServiceProvider services, string name, TextWriter output, IStringLocalizer texts, CancellationToken cancellation)
    {
        var checkedName = Text.Require(name.Trim(), 200, "organisation");
        if (!checkedName.Done) return Result<Guid>.Refuse(checkedName.Refusal.Value, checkedName.Detail);
        await using var db = services.GetRequiredService<IMarketplaceDbFactory>().Create();
        var known = await db.Set<Organisation>().AsNoTracking().Where(o => o.Name == checkedName.Value && !o.Demo).OrderBy(o => o.CreatedAt).FirstOrDefaultAsync(cancellation);
        if (known is not null) return known.Kind == OrganisationKind.University ? known.Id : Result<Guid>.Refuse(Refusal.NotAllowed, known.Kind.ToString());
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var made = new Organisation
        {
            Id = Guid.CreateVersion7(now),
            Name = checkedName.Value,
            Kind = OrganisationKind.University,
            // The name is all that is known: the code follows when the unit registers its first member.
            State = VerificationState.Verified,
            CreatedAt = now,
            Version = 1,
        };
        db.Add(made);
        await db.SaveChangesAsync(cancellation);
        await output.WriteLineAsync(texts["Command.OrganisationMade", made.Name]);
        return made.Id;
    }

    private static bool Read(string[] args, out string file, out string organisation, out bool publish, out bool strict)
    {
        (file, organisation, publish, strict) = ("", "", false, false);
        var words = args is ["import", ..] ? args[1..] : args;
        if (words is ["achievements", ..]) words = words[1..];
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] == "--publish") publish = true;
            else if (words[i] == "--strict") strict = true;
            else if (words[i] is "--organisation" or "--organization" && i + 1 < words.Length) organisation = words[++i];
            else if (words[i].StartsWith("--organisation=", StringComparison.Ordinal)) organisation = words[i]["--organisation=".Length..];
            else if (words[i].StartsWith('-') || file.Length > 0) return false;
            else file = words[i];
        }

        return file.Length > 0 && !string.IsNullOrWhiteSpace(organisation);
    }

    private static string Line(IStringLocalizer texts, Refusals refusals, string kind, ImportFault fault) =>
        texts[kind, fault.Line, fault.ExternalId ?? "-", fault.Fault.Field.Length == 0 ? "-" : fault.Fault.Field, refusals.Say(fault.Fault.Why), fault.Fault.Detail ?? ""].Value.TrimEnd();

    private static async Task<int> Refuse(TextWriter errors, Refusals refusals, Refusal refusal, string? detail)
    {
        await errors.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{refusal}: {refusals.Say(refusal)} {detail}").TrimEnd());
        return refusal == Refusal.ImportStopped ? 130 : 1;
    }

    /// <summary>A line each time a thousand rows are checked or written.</summary>
    private sealed class Lines(TextWriter output, IStringLocalizer texts) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            var last = value.Written > 0 ? value.Written : value.Checked;
            if (last % 1000 == 0 || last == value.Rows) output.WriteLine(texts["Command.Progress", value.Checked, value.Rows, value.Written]);
        }
    }
}
