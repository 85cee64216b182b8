import sys

from vfrtrain.cli import main

sys.exit(main())
