using PixieOrleans.Cli;
using PixieOrleans.Cli.Terminals;

var terminal = Terminal.OfProcess();
try
{
    return await PxoCommand.RunAsync(args, terminal);
}
finally
{
    terminal.Flush();
}
