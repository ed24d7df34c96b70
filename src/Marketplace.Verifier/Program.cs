using System.Text;

namespace Marketplace.Verifier;

/// <summary>The program that checks the market without the market: it knows the pure rules and nothing else.</summary>
public static class Program
{
    /// <summary>Done, and for a transcript: good.</summary>
    public const int Good = 0;

    /// <summary>The transcript is not what the market signed, or not what the rules give.</summary>
    public const int Unsound = 1;

    /// <summary>The program was called wrongly, or a file cannot be read.</summary>
    public const int Misused = 2;

    /// <summary>Nothing is wrong, but what was asked for could not be decided with what was given.</summary>
    public const int Undecided = 3;

    private const string Usage = """
        verify FILE [--key PEM] [--checkpoint NOTE [--tiles FOLDER]] [--refused FILE] [--receipt FILE]
            核验公开记录 / check a transcript; with a checkpoint that you kept also that the transcript is under it; with the downloaded
            refused bids that they are the ones its end names; with a receipt or the copy of a sealed offer that it holds exactly that line
        consistency OLD NEW --tiles FOLDER [--key PEM]
            核验公开日志只增不改 / check that the log of checkpoint OLD only grew to the one of NEW
        audit FOLDER [--key PEM]
            核验整册公开日志 / check a whole downloaded log: every entry, every hash, and that no auction has two histories
        rehearse --terms T.json --commands C.jsonl
            推演竞价 / rehearse an auction

        exit 0: 可信 good · 1: 不可信 unsound · 2: 用法或文件有误 misused or not readable · 3: 材料不足 not enough was given to decide
        """;

    public static int Main(string[] args)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var output = new StreamWriter(Console.OpenStandardOutput(), utf8);
        using var errors = new StreamWriter(Console.OpenStandardError(), utf8);
        return Run(args, output, errors);
    }

    /// <summary>The whole program on given writers.</summary>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter errors)
    {
        try
        {
            if (args is ["rehearse", "--terms", var terms, "--commands", var commands]) return Rehearse.Run(terms, commands, output, errors);
            if (args is ["rehearse", "--commands", var first, "--terms", var second]) return Rehearse.Run(second, first, output, errors);
            if (Options.Read(args) is not { } options) return Refuse(errors);
            if (options.KeyFile is { } keys && options.Keys is null)
            {
                errors.WriteLine($"{keys}: 不是公钥（PEM）/ is no public key in PEM");
                return Misused;
            }

            return (options.Word, options.Files) switch
            {
                ("verify", [var file]) => Verify.Run(file, options, output, errors),
                ("consistency", [var old, var newer]) when options is { Tiles: not null, Checkpoint: null, Receipt: null, Refused: null } => Consistency.Run(old, newer, options, output, errors),
                ("audit", [var folder]) when options is { Tiles: null, Checkpoint: null, Receipt: null, Refused: null } => Audit.Run(folder, options, output, errors),
                _ => Refuse(errors),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"读取文件失败 / cannot read a file: {e.Message}");
            return Misused;
        }
    }

    private static int Refuse(TextWriter errors)
    {
        errors.WriteLine(Usage);
        return Misused;
    }
}
