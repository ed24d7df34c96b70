using System.Text;
using Marketplace.Verifier;

namespace Marketplace.Domain.Tests.Verifier;

/// <summary>The program as a person calls it, in a folder of its own.</summary>
public sealed class ProgramRun : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("verifier-").FullName;

    public string Output { get; private set; } = "";

    public string Errors { get; private set; } = "";

    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string File(string name, string content) => File(name, Encoding.UTF8.GetBytes(content));

    public string File(string name, byte[] content)
    {
        var file = Path.Combine(_folder, name);
        System.IO.File.WriteAllBytes(file, content);
        return file;
    }

    /// <summary>A fresh folder of its own.</summary>
    public string Folder() => Directory.CreateDirectory(Path.Combine(_folder, Path.GetRandomFileName())).FullName;

    public int Run(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        var code = Program.Run(args, output, errors);
        (Output, Errors) = (output.ToString(), errors.ToString());
        return code;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
