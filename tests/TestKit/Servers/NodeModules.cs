namespace PixieOrleans.TestKit.Servers;

/// <summary>Node.js with modules of npm, which ./test installs where NODE_PATH says.</summary>
public static class NodeModules
{
    /// <summary>Path of node; a module that is missing skips the test.</summary>
    public static async Task<string> RequireAsync(string module, CancellationToken cancellationToken)
    {
        var node = Programs.Require("node", "nodejs");
        await using var process = ChildProcess.Start(node, ["-e", $"require('{module}')"]);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? node
            : throw Programs.Skip($"{module} is missing: npm install {module}, and its folder in NODE_PATH");
    }
}
