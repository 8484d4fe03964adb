@"%~dp0..\node.exe" "%~dp0..\bin\deploytrack.js" %*
