using System.Security.Cryptography;

namespace Limner.Standalone.Serving;

/// <summary>A secret of 32 random bytes in base64, made when it is first asked for and kept in the data folder.</summary>
internal static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static string ReadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            // Under another name until it is whole: a start that is killed leaves no half key.
            string begun = path + ".new";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using (var stream = new FileStream(begun, options))
            {
                stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
                stream.Flush(flushToDisk: true);
            }

            File.Move(begun, path);
        }

        return File.ReadAllText(path).Trim();
    }
}
