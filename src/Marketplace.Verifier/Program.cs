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

    private const string Usage = """
        verify FILE [--key PEM]                      核验公开记录 / check a transcript (exit 0: good, 1: unsound, 2: not readable)
        rehearse --terms T.json --commands C.jsonl   推演竞价 / rehearse an auction (exit 0: done, 2: a line is malformed)
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
            return args switch
            {
                ["verify", var file] => Verify.Run(file, null, output, errors),
                ["verify", var file, "--key", var key] => Verify.Run(file, key, output, errors),
                ["verify", "--key", var key, var file] => Verify.Run(file, key, output, errors),
                ["rehearse", "--terms", var terms, "--commands", var commands] => Rehearse.Run(terms, commands, output, errors),
                ["rehearse", "--commands", var commands, "--terms", var terms] => Rehearse.Run(terms, commands, output, errors),
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
