using System.Diagnostics;
using System.Globalization;
using Marketplace.Domain.Common;

namespace Marketplace.Platform.Files;

/// <summary>
/// Opens and copies a PDF for the first time in a process of its own. A file whose tree of pages bites its tail, or that
/// nests a hundred thousand lists, ends the process that reads it, and one whose tables lead in a circle never ends: there
/// it ends nothing else, in little memory and little time.
/// </summary>
public static class PdfTrial
{
    /// <summary>The word by which the program is one trial and no market.</summary>
    public const string Word = "try-pdf";

    private const string MostMemory = "0x20000000";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly SemaphoreSlim AtOnce = new(2);

    /// <summary>The number of pages, or why the file is not taken: what <see cref="PdfCopies.Examine"/> says, FileUnreadable when nothing could be said.</summary>
    public static async Task<Result<int>> Run(byte[] pdf, CancellationToken cancellation)
    {
        if (PdfCopies.IsEncrypted(pdf)) return Refusal.FileEncrypted;
        await AtOnce.WaitAsync(cancellation);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Patience);
            using var process = Process.Start(Child()) ?? throw new InvalidOperationException("The trial of a file did not start.");
            try
            {
                var (said, complaints) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.BaseStream.CopyToAsync(Stream.Null, patience.Token));
                await Give(process, pdf, patience.Token);
                await process.WaitForExitAsync(patience.Token);
                await complaints;
                return Read(await said);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return Refusal.FileUnreadable;
            }
            finally
            {
                if (!process.HasExited) process.Kill();
            }
        }
        finally
        {
            AtOnce.Release();
        }
    }

    /// <summary>In the process of its own: the file comes in, one word goes out.</summary>
    public static async Task<int> Be(Stream input, TextWriter output)
    {
        var read = await FileStore.ReadAll(input, CancellationToken.None);
        var examined = read.Done ? PdfCopies.Examine(read.Value) : read.Refusal.Value;
        await output.WriteLineAsync(examined.Done ? examined.Value.ToString(CultureInfo.InvariantCulture) : examined.Refusal.ToString());
        return 0;
    }

    private static ProcessStartInfo Child()
    {
        // The market runs as dotnet Marketplace.Web.dll; a test's process is another program beside the same file.
        var own = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(own, [typeof(PdfTrial).Assembly.Location, Word])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = MostMemory;
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        return start;
    }

    private static async Task Give(Process process, byte[] pdf, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(pdf, cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything; what it said, or that it said nothing, is the answer.
        }
    }

    private static Result<int> Read(string said)
    {
        var word = said.Trim();
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var pages) ? pages
            : Enum.TryParse<Refusal>(word, out var refusal) && Enum.IsDefined(refusal) ? refusal
            : Refusal.FileUnreadable;
    }
}
